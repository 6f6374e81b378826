package dev.evenkeel.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The alerts that are deployed. */
final class AlertRules {
  static final Path FILE = Path.of("..", "deploy", "prometheus", "alerts.yaml");

  /** The bound is on the last line: quantity, comparison, number. */
  private static final Pattern BOUND =
      Pattern.compile("(?s)(.*)\\s(?:<|>|<=|>=)\\s(-?[0-9.]+)\\s*");

  private AlertRules() {}

  /**
   * An alert.
   *
   * @param quantity left-hand side of its comparison
   * @param bound right-hand side
   */
  record Alert(
      String name,
      String expression,
      String quantity,
      double bound,
      String severity,
      String summary,
      String url) {
    private static Alert of(JsonNode rule) {
      String expression = rule.path("expr").asText();
      Matcher bound = BOUND.matcher(expression);
      if (!bound.matches()) {
        throw new AssertionError("No bound at the end of " + rule);
      }
      return new Alert(
          rule.path("alert").asText(),
          expression,
          bound.group(1).strip(),
          Double.parseDouble(bound.group(2)),
          rule.path("labels").path("severity").asText(),
          rule.path("annotations").path("summary").asText(),
          rule.path("annotations").path("runbook_url").asText());
    }

    /** Whether it watches what only a machine with an accelerator has. */
    boolean needsAccelerator() {
      return expression.contains("evenkeel_gpu_");
    }
  }

  static List<Alert> read() throws IOException {
    List<Alert> alerts = new ArrayList<>();
    for (JsonNode group : new YAMLMapper().readTree(FILE.toFile()).path("groups")) {
      group.path("rules").forEach(rule -> alerts.add(Alert.of(rule)));
    }
    return alerts;
  }
}
