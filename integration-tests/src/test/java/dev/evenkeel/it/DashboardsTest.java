package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.it.deploy.JsonSchemas;
import dev.evenkeel.it.grafana.Annotation;
import dev.evenkeel.it.grafana.Dashboard;
import dev.evenkeel.it.grafana.DashboardJson;
import dev.evenkeel.it.grafana.Panel;
import dev.evenkeel.it.grafana.Query;
import dev.evenkeel.it.grafana.Runbooks;
import dev.evenkeel.jobs.metrics.Metric;
import dev.evenkeel.jobs.metrics.MetricCatalogue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The dashboards that are deployed are those of the code, and whole. */
class DashboardsTest {
  private static final Path FOLDER = Path.of("..", "deploy", "grafana", "dashboards");
  private static final Path RUNBOOKS = Path.of("..", "docs", "runbooks.md");
  private static final Pattern OWN_METRIC = Pattern.compile("\\bevenkeel_[a-z_]+");
  private static final Set<String> VARIABLES =
      Set.of("job", "datasource", "__rate_interval", "__interval");

  static List<Dashboard> dashboards() {
    return Dashboard.ALL;
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void fileInTheRepositoryIsTheGeneratedOne(Dashboard dashboard) throws IOException {
    Path file = FOLDER.resolve(dashboard.uid() + ".json");
    if (Boolean.getBoolean("evenkeel.docs.update")) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, DashboardJson.of(dashboard));
    }
    assertThat(Files.readString(file))
        .as("%s; run this test with -Devenkeel.docs.update=true to renew it", file)
        .isEqualTo(DashboardJson.of(dashboard));
  }

  @Test
  void noFileIsLeftOver() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(Dashboard.ALL.stream().map(Dashboard::uid), Stream.of(Runbooks.UID))
                  .map(uid -> uid + ".json")
                  .toList());
    }
    assertThat(Dashboard.ALL.stream().map(Dashboard::uid)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void panelsSayWhatTheyShowAndWhatToDo(Dashboard dashboard) throws IOException {
    Set<String> alerts = new HashSet<>();
    AlertRules.read().forEach(alert -> alerts.add(alert.name()));
    assertThat(dashboard.panels())
        .allSatisfy(
            panel -> {
              assertThat(panel.queries()).isNotEmpty();
              assertThat(panel.unit()).isNotEmpty();
              assertThat(panel.description()).endsWith(".");
              assertThat(alerts).containsAll(panel.runbooks());
            });
    assertThat(dashboard.panels().map(Panel::title)).doesNotHaveDuplicates();
  }

  /** A bound that is drawn is the alert's. */
  @ParameterizedTest
  @MethodSource("dashboards")
  void boundsAreThoseOfTheAlerts(Dashboard dashboard) throws IOException {
    List<AlertRules.Alert> alerts = AlertRules.read();
    dashboard
        .panels()
        .filter(panel -> panel.bound().isPresent())
        .forEach(
            panel ->
                assertThat(alerts)
                    .filteredOn(alert -> panel.runbooks().get(0).equals(alert.name()))
                    .allSatisfy(alert -> assertThat(alert.bound()).isEqualTo(panel.bound().get())));
  }

  @Test
  void everyAlertHasAPanel() throws IOException {
    Set<String> shown = new TreeSet<>();
    Dashboard.ALL.stream()
        .flatMap(Dashboard::panels)
        .forEach(panel -> shown.addAll(panel.runbooks()));
    assertThat(AlertRules.read().stream().map(AlertRules.Alert::name)).isSubsetOf(shown);
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void expressionsNameMetricsOfTheCatalogueAndNoJob(Dashboard dashboard) {
    Set<String> known = new HashSet<>();
    for (Metric metric : MetricCatalogue.ALL) {
      known.add(metric.name());
      if (metric.type() == Metric.Type.HISTOGRAM) {
        Stream.of("_bucket", "_sum", "_count").forEach(end -> known.add(metric.name() + end));
      }
    }
    Stream.concat(
            dashboard.panels().flatMap(panel -> panel.queries().stream()).map(Query::expression),
            Annotation.ALL.stream().map(Annotation::expression))
        .forEach(
            expression -> {
              Matcher metric = OWN_METRIC.matcher(expression);
              while (metric.find()) {
                assertThat(known).as(expression).contains(metric.group());
              }
              assertThat(expression).doesNotContainPattern("job(_name)?\\s*=~?\\s*['\"](?!\\$job)");
              Matcher variable = Pattern.compile("\\$\\{?(\\w+)").matcher(expression);
              while (variable.find()) {
                assertThat(VARIABLES).contains(variable.group(1));
              }
            });
  }

  /** What guards, commands, detectors and the model store do. */
  @Test
  void everyCounterOfEventsIsMarkedWithItsLabels() {
    Map<String, Set<String>> marked = new TreeMap<>();
    for (Annotation annotation : Annotation.ALL) {
      Matcher metric = OWN_METRIC.matcher(annotation.expression());
      assertThat(metric.find() || annotation.expression().contains("flink_")).isTrue();
      if (annotation.expression().contains("evenkeel_")) {
        marked.computeIfAbsent(metric.group(), key -> new HashSet<>()).addAll(annotation.tags());
      }
      Matcher label =
          Pattern.compile("\\{\\{(\\w+)}}").matcher(annotation.title() + annotation.text());
      while (label.find()) {
        assertThat(annotation.tags()).as(annotation.name()).contains(label.group(1));
      }
    }
    assertThat(marked)
        .containsOnlyKeys(
            "evenkeel_control_commands_total",
            "evenkeel_drift_alarms_total",
            "evenkeel_guard_actions_total",
            "evenkeel_model_info",
            "evenkeel_resets_total",
            "evenkeel_snapshots_total");
    for (Metric metric : MetricCatalogue.ALL) {
      if (marked.containsKey(metric.name())) {
        assertThat(marked.get(metric.name())).containsAll(metric.labels()).contains("job");
      }
    }
  }

  /** Made from the types that Grafana publishes; see src/test/resources/grafana. */
  @ParameterizedTest
  @MethodSource("dashboards")
  void jsonIsOfGrafanasSchema(Dashboard dashboard) throws IOException {
    requireOfGrafanasSchema(DashboardJson.of(dashboard));
  }

  private static void requireOfGrafanasSchema(String json) throws IOException {
    try (InputStream schema =
        DashboardsTest.class.getResourceAsStream("/grafana/dashboard.schema.json")) {
      ObjectMapper mapper = new ObjectMapper();
      assertThat(JsonSchemas.problems(mapper.readTree(schema), mapper.readTree(json))).isEmpty();
    }
  }

  /** The page's sections, each where panels and alerts link to. */
  @Test
  void runbooksAreADashboardOfTheirPage() throws IOException {
    String json = Runbooks.json(Files.readAllLines(RUNBOOKS));
    Path file = FOLDER.resolve(Runbooks.UID + ".json");
    if (Boolean.getBoolean("evenkeel.docs.update")) {
      Files.writeString(file, json);
    }
    assertThat(Files.readString(file))
        .as("%s; run this test with -Devenkeel.docs.update=true to renew it", file)
        .isEqualTo(json);
    requireOfGrafanasSchema(json);
    Map<String, Integer> panels = new TreeMap<>();
    for (JsonNode panel : new ObjectMapper().readTree(json).path("panels")) {
      panels.put(panel.path("title").asText(), panel.path("id").asInt());
      assertThat(panel.at("/options/content").asText())
          .contains("**Means.**")
          .doesNotContain(".md)");
    }
    assertThat(panels.values()).doesNotHaveDuplicates();
    assertThat(AlertRules.read())
        .allSatisfy(
            alert -> {
              assertThat(panels).containsEntry(alert.name(), Runbooks.panel(alert.name()));
              assertThat(alert.url()).isEqualTo(Runbooks.GRAFANA + Runbooks.path(alert.name()));
            })
        .hasSameSizeAs(panels.keySet());
  }

  /** Grafana would put panels that overlap somewhere else. */
  @ParameterizedTest
  @MethodSource("dashboards")
  void panelsDoNotOverlapAndTakeTheirDataFromTheVariable(Dashboard dashboard) throws IOException {
    JsonNode json = new ObjectMapper().readTree(DashboardJson.of(dashboard));
    Set<Integer> identifiers = new HashSet<>();
    Set<String> cells = new HashSet<>();
    for (JsonNode panel : json.path("panels")) {
      assertThat(identifiers.add(panel.path("id").asInt())).isTrue();
      JsonNode place = panel.path("gridPos");
      for (int x = place.path("x").asInt(); x < right(place); x++) {
        assertThat(x).isBetween(0, 23);
        for (int y = place.path("y").asInt(); y < bottom(place); y++) {
          assertThat(cells.add(x + "/" + y)).as("%s at %s", panel.path("title"), place).isTrue();
        }
      }
      for (JsonNode target : panel.path("targets")) {
        assertThat(target.path("datasource").path("uid").asText()).isEqualTo("${datasource}");
      }
    }
    assertThat(json.path("templating").path("list"))
        .extracting(variable -> variable.path("name").asText())
        .containsExactly("datasource", "job");
  }

  private static int right(JsonNode place) {
    return place.path("x").asInt() + place.path("w").asInt();
  }

  private static int bottom(JsonNode place) {
    return place.path("y").asInt() + place.path("h").asInt();
  }
}
