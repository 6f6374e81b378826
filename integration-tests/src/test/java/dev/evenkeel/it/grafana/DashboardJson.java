package dev.evenkeel.it.grafana;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Writes dashboards in Grafana's format. */
public final class DashboardJson {
  private static final ObjectMapper JSON = new ObjectMapper();
  static final int SCHEMA_VERSION = 39;
  private static final int WIDTH = 24;
  private static final String SOURCE = "${datasource}";
  static final String TAG = "evenkeel";

  private int panels;
  private int x;
  private int y;
  private int lineHeight;

  private DashboardJson() {}

  /** The text of a dashboard's file. */
  public static String of(Dashboard dashboard) throws IOException {
    return print(new DashboardJson().write(dashboard));
  }

  static String print(ObjectNode json) throws IOException {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
    return JSON.writer(printer).writeValueAsString(json) + "\n";
  }

  private ObjectNode write(Dashboard dashboard) {
    ObjectNode json = JSON.createObjectNode();
    json.put("uid", dashboard.uid());
    json.put("title", dashboard.title());
    json.put("description", dashboard.description());
    json.putArray("tags").add(TAG);
    json.put("timezone", "browser");
    json.put("editable", true);
    json.put("graphTooltip", 1);
    json.put("refresh", "30s");
    json.put("schemaVersion", SCHEMA_VERSION);
    json.put("version", 1);
    json.putObject("time").put("from", "now-1h").put("to", "now");
    links(json.putArray("links"));
    ArrayNode variables = json.putObject("templating").putArray("list");
    datasource(variables.addObject());
    job(variables.addObject());
    ArrayNode annotations = json.putObject("annotations").putArray("list");
    Annotation.ALL.forEach(annotation -> write(annotation, annotations.addObject()));
    ArrayNode list = json.putArray("panels");
    for (Row row : dashboard.rows()) {
      heading(row.title(), list.addObject());
      row.panels().forEach(panel -> write(panel, list.addObject()));
      nextLine();
    }
    return json;
  }

  private static void links(ArrayNode links) {
    link(links.addObject(), "dashboards", "Evenkeel", "").withArray("tags").add(TAG);
  }

  private static ObjectNode link(ObjectNode link, String type, String title, String url) {
    link.put("type", type);
    link.put("title", title);
    link.put("url", url);
    link.put("icon", "doc");
    link.put("tooltip", "");
    link.putArray("tags");
    link.put("asDropdown", false);
    link.put("includeVars", true);
    link.put("keepTime", true);
    link.put("targetBlank", false);
    return link;
  }

  private static void datasource(ObjectNode variable) {
    variable.put("type", "datasource");
    variable.put("name", "datasource");
    variable.put("label", "Data source");
    variable.put("query", "prometheus");
    variable.put("refresh", 1);
  }

  private static void job(ObjectNode variable) {
    variable.put("type", "query");
    variable.put("name", "job");
    variable.put("label", "Job");
    variable.set("datasource", prometheus());
    variable.put("query", "label_values(evenkeel_predictions_total, job)");
    variable.put("refresh", 2);
    variable.put("sort", 1);
    variable.put("multi", true);
    variable.put("includeAll", true);
    variable.put("allValue", ".+");
    ObjectNode current = variable.putObject("current");
    current.putArray("text").add("All");
    current.putArray("value").add("$__all");
  }

  private static void write(Annotation annotation, ObjectNode json) {
    json.put("name", annotation.name());
    json.set("datasource", prometheus());
    json.put("enable", annotation.enabled());
    json.put("iconColor", annotation.color());
    json.put("expr", annotation.expression());
    json.put("titleFormat", annotation.title());
    json.put("textFormat", annotation.text());
    json.put("tagKeys", String.join(",", annotation.tags()));
    json.put("step", "60s");
  }

  private void heading(String title, ObjectNode json) {
    json.put("id", ++panels);
    json.put("type", "row");
    json.put("title", title);
    json.put("collapsed", false);
    place(json, WIDTH, 1);
    json.putArray("panels");
    nextLine();
  }

  private void write(Panel panel, ObjectNode json) {
    json.put("id", ++panels);
    json.put("type", panel.kind().type());
    json.put("title", panel.title());
    json.put("description", panel.description());
    json.set("datasource", prometheus());
    place(json, panel.kind().width(), panel.kind().height());
    ArrayNode links = json.putArray("links");
    for (String alert : panel.runbooks()) {
      link(links.addObject(), "link", "Runbook: " + alert, Runbooks.path(alert))
          .put("targetBlank", true);
    }
    field(panel, json.putObject("fieldConfig"));
    options(panel, json.putObject("options"));
    ArrayNode targets = json.putArray("targets");
    char reference = 'A';
    for (Query query : panel.queries()) {
      ObjectNode target = targets.addObject();
      target.put("refId", String.valueOf(reference++));
      target.set("datasource", prometheus());
      target.put("expr", query.expression());
      target.put("legendFormat", query.legend());
      boolean present = panel.kind() == Panel.Kind.TABLE || panel.kind() == Panel.Kind.NUMBER;
      target.put("instant", present);
      target.put("range", !present);
      if (panel.kind() == Panel.Kind.TABLE) {
        target.put("format", "table");
      }
    }
  }

  private static void field(Panel panel, ObjectNode config) {
    ObjectNode defaults = config.putObject("defaults");
    defaults.put("unit", panel.unit());
    if (panel.unit().equals("percentunit") && panel.kind() == Panel.Kind.STACKED) {
      defaults.put("max", 1);
    }
    boolean bounded = panel.bound().isPresent() && Double.isFinite(panel.bound().get());
    ObjectNode thresholds = defaults.putObject("thresholds").put("mode", "absolute");
    ArrayNode steps = thresholds.putArray("steps");
    steps.addObject().put("color", "green").putNull("value");
    if (bounded) {
      steps.addObject().put("color", "red").put("value", panel.bound().get());
    }
    if (panel.kind().type().equals("timeseries")) {
      boolean stacked = panel.kind() == Panel.Kind.STACKED;
      ObjectNode custom = defaults.putObject("custom");
      custom.put("drawStyle", "line");
      custom.put("lineWidth", 1);
      custom.put("fillOpacity", stacked ? 40 : 0);
      custom.put("showPoints", "never");
      custom.put("spanNulls", false);
      custom.putObject("stacking").put("mode", stacked ? "normal" : "none").put("group", "A");
      custom.putObject("thresholdsStyle").put("mode", bounded ? "dashed" : "off");
    }
    config.putArray("overrides");
  }

  private static void options(Panel panel, ObjectNode options) {
    switch (panel.kind()) {
      case LINES, STACKED -> {
        ObjectNode legend = options.putObject("legend");
        legend.put("displayMode", "list").put("placement", "bottom").put("showLegend", true);
        legend.putArray("calcs");
        options.putObject("tooltip").put("mode", "multi").put("sort", "desc");
      }
      case NUMBER -> {
        ObjectNode reduce = options.putObject("reduceOptions");
        reduce.put("values", false).put("fields", "");
        reduce.putArray("calcs").add("lastNotNull");
        options.put("colorMode", "value").put("graphMode", "none").put("textMode", "value");
        options.put("justifyMode", "auto").put("orientation", "auto").put("wideLayout", true);
        options.put("showPercentChange", false).put("percentChangeColorMode", "standard");
      }
      case TABLE -> options.put("showHeader", true).put("cellHeight", "sm").put("frameIndex", 0);
    }
  }

  private static ObjectNode prometheus() {
    return JSON.createObjectNode().put("type", "prometheus").put("uid", SOURCE);
  }

  private void place(ObjectNode json, int width, int height) {
    if (x + width > WIDTH) {
      nextLine();
    }
    json.putObject("gridPos").put("x", x).put("y", y).put("w", width).put("h", height);
    x += width;
    lineHeight = Math.max(lineHeight, height);
  }

  private void nextLine() {
    x = 0;
    y += lineHeight;
    lineHeight = 0;
  }
}
