package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.evenkeel.it.AlertRules.Alert;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Alerts fire where they should and nowhere else, and say what to do. */
class AlertRulesTest {
  private static final Path TESTS = AlertRules.FILE.resolveSibling("alerts-test.yaml");
  private static final Path CONFIGURATION = AlertRules.FILE.resolveSibling("prometheus.yml");
  private static final Path RUNBOOKS = Path.of("..", "docs", "runbooks.md");
  private static final Path NOTHING = Path.of("/dev/null");

  @Test
  void prometheusTakesConfigurationAndRules() throws Exception {
    succeeds("check", "config", CONFIGURATION.toString());
  }

  @Test
  void eachFiresAndIsSilent() throws Exception {
    succeeds("test", "rules", TESTS.toString());
  }

  private static void succeeds(String... arguments) throws Exception {
    Tool.Result result = Tool.require("promtool", "prometheus").run(NOTHING, arguments);
    assertThat(result.exitCode()).as(result.output()).isZero();
    assertThat(result.output()).contains("SUCCESS");
  }

  /** Promtool says nothing of alerts that no test mentions. */
  @Test
  void eachHasATestInWhichItFiresAndOneInWhichItDoesNot() throws IOException {
    Map<String, Integer> firing = new TreeMap<>();
    Map<String, Integer> silent = new TreeMap<>();
    for (JsonNode group : new YAMLMapper().readTree(TESTS.toFile()).path("tests")) {
      for (JsonNode test : group.path("alert_rule_test")) {
        Map<String, Integer> counted = test.path("exp_alerts").isEmpty() ? silent : firing;
        counted.merge(test.path("alertname").asText(), 1, Integer::sum);
      }
    }
    List<String> names = AlertRules.read().stream().map(Alert::name).sorted().toList();
    assertThat(firing.keySet()).containsExactlyElementsOf(names);
    assertThat(silent.keySet()).containsExactlyElementsOf(names);
  }

  @Test
  void eachSaysHowBadItIsAndWhatToDo() throws IOException {
    List<String> runbooks = Files.readAllLines(RUNBOOKS);
    assertThat(AlertRules.read())
        .allSatisfy(
            alert -> {
              assertThat(alert.severity()).isIn("critical", "warning");
              assertThat(alert.summary()).contains("{{");
              int section = runbooks.indexOf("## " + alert.name());
              assertThat(section).as("section of %s", alert.name()).isNotNegative();
              List<String> rest = runbooks.subList(section + 1, runbooks.size());
              List<String> lines =
                  rest.stream().takeWhile(line -> !line.startsWith("## ")).toList();
              assertThat(lines).anyMatch(line -> line.startsWith("**Means.**"));
              assertThat(lines).anyMatch(line -> line.startsWith("**Look"));
              assertThat(lines)
                  .anyMatch(line -> line.startsWith("**Do.**") || line.startsWith("**Look, do.**"));
            });
  }

  @Test
  void noRunbookIsOfAnAlertThatIsGone() throws IOException {
    assertThat(Files.readAllLines(RUNBOOKS).stream().filter(line -> line.startsWith("## ")))
        .containsExactlyElementsOf(
            AlertRules.read().stream().map(alert -> "## " + alert.name()).toList());
  }
}
