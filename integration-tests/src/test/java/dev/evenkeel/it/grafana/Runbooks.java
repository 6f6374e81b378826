package dev.evenkeel.it.grafana;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The runbooks as a dashboard, a panel of text for each. So links from panels and alerts lead
 * somewhere wherever Grafana is, and need no address of the pages.
 */
public final class Runbooks {
  public static final String UID = "evenkeel-runbooks";

  /** Grafana as the compose file serves it. Alerts need a whole address; theirs begin with it. */
  public static final String GRAFANA = "http://localhost:3000";

  private static final String HEADING = "## ";
  private static final Pattern LINK = Pattern.compile("\\[([^\\]]+)]\\(([^)\\s]+)\\)");
  private static final int WIDTH = 12;
  private static final int HEIGHT = 10;

  private Runbooks() {}

  /** Where the runbook of an alert is, within Grafana. */
  public static String path(String alert) {
    return "/d/%s/%s?viewPanel=%d".formatted(UID, alert.toLowerCase(Locale.ROOT), panel(alert));
  }

  /** The same whatever other alerts there are: a link that was sent once still leads there. */
  public static int panel(String alert) {
    return 1 + Math.floorMod(alert.hashCode(), 100_000);
  }

  /**
   * The text of the dashboard's file.
   *
   * @param page lines of docs/runbooks.md
   */
  public static String json(List<String> page) throws IOException {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("uid", UID);
    json.put("title", "Evenkeel: runbooks");
    json.put("description", "What each alert means, where to look, what to do.");
    json.putArray("tags").add(DashboardJson.TAG);
    json.put("editable", true);
    json.put("schemaVersion", DashboardJson.SCHEMA_VERSION);
    json.put("version", 1);
    json.putObject("templating").putArray("list");
    json.putObject("annotations").putArray("list");
    ArrayNode panels = json.putArray("panels");
    sections(page)
        .forEach((alert, lines) -> write(alert, text(lines), panels.size(), panels.addObject()));
    return DashboardJson.print(json);
  }

  private static void write(String alert, String text, int position, ObjectNode panel) {
    panel.put("id", panel(alert));
    panel.put("type", "text");
    panel.put("title", alert);
    panel
        .putObject("gridPos")
        .put("x", position % 2 * WIDTH)
        .put("y", position / 2 * HEIGHT)
        .put("w", WIDTH)
        .put("h", HEIGHT);
    panel.putObject("options").put("mode", "markdown").put("content", text);
  }

  /** By alert, in the order of the page. */
  private static Map<String, List<String>> sections(List<String> page) {
    Map<String, List<String>> sections = new LinkedHashMap<>();
    List<String> section = new ArrayList<>();
    for (String line : page) {
      if (line.startsWith(HEADING)) {
        section = new ArrayList<>();
        sections.put(line.substring(HEADING.length()), section);
      } else {
        section.add(line);
      }
    }
    return sections;
  }

  private static String text(List<String> section) {
    return LINK.matcher(String.join("\n", section).strip()).replaceAll(Runbooks::withinGrafana);
  }

  /** Other pages are not there: they are named. */
  private static String withinGrafana(MatchResult link) {
    String shown = link.group(1);
    String target = link.group(2);
    return Matcher.quoteReplacement(
        target.startsWith("#")
            ? "[%s](%s)".formatted(shown, path(shown))
            : "%s (`docs/%s`)".formatted(shown, target));
  }
}
