package dev.evenkeel.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.evenkeel.it.grafana.Dashboard;
import dev.evenkeel.it.grafana.Panel;
import dev.evenkeel.it.grafana.Query;
import dev.evenkeel.it.grafana.Row;
import dev.evenkeel.jobs.page.SelfContainedPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Dashboards with the data that a Prometheus has, Grafana's variables put in. */
final class RecordedDashboards {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Some scrapes of a second each; windows of streams end more seldom. */
  private static final String RATE_INTERVAL = "20s";

  private static final int MOST_POINTS = 240;

  private final PrometheusServer server;

  RecordedDashboards(PrometheusServer server) {
    this.server = server;
  }

  /**
   * Whether an expression has a number now.
   *
   * @throws AssertionError if Prometheus does not understand it
   */
  boolean hasData(String expression) throws IOException, InterruptedException {
    for (JsonNode series : server.query(concrete(expression))) {
      if (Double.isFinite(Double.parseDouble(series.path("value").path(1).asText()))) {
        return true;
      }
    }
    return false;
  }

  /** The one number of an expression. */
  double value(String expression) throws IOException, InterruptedException {
    return server.query(expression).path(0).path("value").path(1).asDouble();
  }

  private static String concrete(String expression) {
    return expression
        .replace("$__rate_interval", RATE_INTERVAL)
        .replace("$__interval", RATE_INTERVAL)
        .replace("$job", ".+");
  }

  /** Draws the last seconds into pages, one for each dashboard. */
  void draw(Path folder, long endSeconds, int seconds) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    for (Dashboard dashboard : Dashboard.ALL) {
      ObjectNode data = JSON.createObjectNode();
      ArrayNode rows = data.putArray("rows");
      for (Row row : dashboard.rows()) {
        ObjectNode drawn = rows.addObject().put("title", row.title());
        ArrayNode panels = drawn.putArray("panels");
        for (Panel panel : row.panels()) {
          panels.add(panel(panel, endSeconds, seconds));
        }
      }
      Files.writeString(
          folder.resolve(dashboard.uid() + ".html"),
          new SelfContainedPage(RecordedDashboards.class, "dashboard")
              .render(
                  Map.of("title", dashboard.title(), "description", dashboard.description()),
                  data));
    }
  }

  private ObjectNode panel(Panel panel, long end, int seconds)
      throws IOException, InterruptedException {
    ObjectNode json = JSON.createObjectNode();
    json.put("title", panel.title());
    json.put("kind", panel.kind().name());
    json.put("unit", panel.unit());
    panel.bound().ifPresent(bound -> json.put("bound", bound));
    int step = Math.max(1, seconds / MOST_POINTS);
    ArrayNode all = json.putArray("series");
    for (Query query : panel.queries()) {
      JsonNode found = server.queryRange(concrete(query.expression()), end - seconds, end, step);
      for (JsonNode series : found) {
        ObjectNode one = all.addObject().put("name", legend(query, series.path("metric")));
        one.set("values", series.path("values"));
      }
    }
    return json;
  }

  private static String legend(Query query, JsonNode labels) {
    String legend = query.legend();
    for (Map.Entry<String, JsonNode> label : labels.properties()) {
      legend = legend.replace("{{" + label.getKey() + "}}", label.getValue().asText());
    }
    return legend.replaceAll("\\{\\{\\w+}}", "").strip();
  }
}
