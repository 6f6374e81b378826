package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.evenkeel.it.grafana.Annotation;
import dev.evenkeel.it.grafana.Dashboard;
import dev.evenkeel.it.grafana.Panel;
import dev.evenkeel.it.grafana.Query;
import dev.evenkeel.it.grafana.Runbooks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that is deployed to watch a job shows something of a job that is watched: scraped by
 * the real Prometheus from a cluster of three processes.
 *
 * <p>{@code -Devenkeel.dashboards.record=SECONDS} lets it go on for so long, and then draws the
 * dashboards into {@code target/dashboards}.
 */
class ObservabilityITCase {
  private static final String JOB = "line-1.fashion";
  private static final int PER_SECOND = 100;
  private static final Duration SCRAPE_INTERVAL = Duration.ofSeconds(1);
  private static final int RECORD = Integer.getInteger("evenkeel.dashboards.record", 0);
  private static final Path CONFIGURATION = AlertRules.FILE.resolveSibling("prometheus.yml");

  @TempDir Path directory;

  @Test
  void panelsAndAlertsHaveDataAndNothingIsWrong() throws Exception {
    Tool prometheus = Tool.require("prometheus", "prometheus");
    Tool promtool = Tool.require("promtool", "prometheus");
    try (ObservedRun run = ObservedRun.start(directory, JOB, PER_SECOND)) {
      List<String> jobEndpoints = run.jobEndpoints();
      requireGoodNames(promtool, run.scrape(jobEndpoints.get(0)));
      try (PrometheusServer server =
          PrometheusServer.start(
              prometheus,
              Files.createDirectories(directory.resolve("prometheus")),
              CONFIGURATION,
              Map.of("evenkeel", jobEndpoints, "flink", run.flinkEndpoints()),
              SCRAPE_INTERVAL)) {
        RecordedDashboards recording = new RecordedDashboards(server);
        awaitData(run, recording);
        assertThat(recording.value("count(count by (instance) (evenkeel_predictions_total))"))
            .isEqualTo(2);
        assertThat(recording.value("sum(up)")).isEqualTo(2 + 3);
        requireValid(recording);
        requireTraces(server);
        Optional<GrafanaServer> grafana = GrafanaServer.start();
        if (grafana.isPresent()) {
          try (GrafanaServer loaded = grafana.get()) {
            requireDashboards(loaded);
          }
        }
        if (RECORD > 0) {
          draw(run, recording);
        }
        run.reset();
        awaitMark(recording, "Commands");
        requireHealthy(server);
      }
    }
  }

  /** What somebody has just done is on the dashboards. */
  private static void awaitMark(RecordedDashboards recording, String name) {
    Annotation annotation =
        Annotation.ALL.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    await(name).atMost(Waiting.LIMIT).until(() -> recording.hasData(annotation.expression()));
  }

  /**
   * No alert's expression holds. Most alerts wait for minutes before they fire, longer than this
   * test; one that is about to is as wrong.
   */
  private static void requireHealthy(PrometheusServer server) throws Exception {
    for (AlertRules.Alert alert : AlertRules.read()) {
      assertThat(server.query(alert.expression())).as(alert.name()).isEmpty();
    }
    assertThat(server.alerts()).isEmpty();
  }

  /** The traces of samples are found from the buckets that they fell into. */
  private static void requireTraces(PrometheusServer server) {
    await("exemplars")
        .atMost(Waiting.LIMIT)
        .untilAsserted(
            () ->
                assertThat(server.exemplars("evenkeel_sample_wait_seconds_bucket"))
                    .isNotEmpty()
                    .allSatisfy(
                        series ->
                            assertThat(series.at("/exemplars/0/labels/trace_id").asText())
                                .startsWith(DriftingFeed.TRACE)));
  }

  /** All are provisioned, and their data source answers. */
  private static void requireDashboards(GrafanaServer grafana) {
    List<String> uids =
        Stream.concat(Dashboard.ALL.stream().map(Dashboard::uid), Stream.of(Runbooks.UID)).toList();
    await("dashboards")
        .atMost(Waiting.LIMIT)
        .ignoreExceptionsInstanceOf(IOException.class)
        .untilAsserted(
            () -> {
              assertThat(grafana.get("api/search?type=dash-db"))
                  .extracting(found -> found.path("uid").asText())
                  .containsExactlyInAnyOrderElementsOf(uids);
              assertThat(
                      grafana
                          .get("api/datasources/proxy/uid/prometheus/api/v1/query?query=up")
                          .at("/data/result"))
                  .isNotEmpty();
            });
    for (Dashboard dashboard : Dashboard.ALL) {
      await(dashboard.uid())
          .ignoreExceptionsInstanceOf(IOException.class)
          .untilAsserted(
              () ->
                  assertThat(
                          grafana
                              .get("api/dashboards/uid/" + dashboard.uid())
                              .at("/dashboard/panels"))
                      .hasSizeGreaterThanOrEqualTo((int) dashboard.panels().count()));
    }
  }

  private static void draw(ObservedRun run, RecordedDashboards recording) throws Exception {
    await("the time to record")
        .atMost(Duration.ofSeconds(RECORD + 60))
        .pollDelay(Duration.ofSeconds(RECORD))
        .until(
            () -> {
              run.requireAlive();
              return true;
            });
    recording.draw(Path.of("target", "dashboards"), Instant.now().getEpochSecond(), RECORD);
  }

  /** By the conventions that Prometheus's own tool knows; Flink's names do not follow them. */
  private void requireGoodNames(Tool promtool, String scrape)
      throws IOException, InterruptedException {
    String families =
        scrape
            .lines()
            .filter(line -> line.replaceFirst("^# (HELP|TYPE) ", "").startsWith("evenkeel_"))
            .collect(Collectors.joining("\n", "", "\n"));
    assertThat(families).contains("# TYPE evenkeel_predictions_total counter");
    Path file = Files.writeString(directory.resolve("families.txt"), families);
    Tool.Result result = promtool.run(file, "check", "metrics");
    assertThat(result.output()).isEmpty();
    assertThat(result.exitCode()).isZero();
  }

  private static void awaitData(ObservedRun run, RecordedDashboards recording) throws IOException {
    List<String> expressions = new ArrayList<>();
    Dashboard.ALL.stream()
        .flatMap(Dashboard::panels)
        .filter(panel -> !panel.needsAccelerator())
        .flatMap(panel -> panel.queries().stream())
        .map(Query::expression)
        .forEach(expressions::add);
    AlertRules.read().stream()
        .filter(alert -> !alert.needsAccelerator())
        .map(AlertRules.Alert::quantity)
        .forEach(expressions::add);
    await("data of every panel and alert")
        .atMost(Waiting.LIMIT)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              run.requireAlive();
              List<String> empty = new ArrayList<>();
              for (String expression : expressions) {
                if (!recording.hasData(expression)) {
                  empty.add(expression);
                }
              }
              assertThat(empty).as("expressions without data").isEmpty();
            });
  }

  /** What need not have data is at least understood. */
  private static void requireValid(RecordedDashboards recording) throws Exception {
    for (Annotation annotation : Annotation.ALL) {
      recording.hasData(annotation.expression());
    }
    for (Panel panel : Dashboard.ALL.stream().flatMap(Dashboard::panels).toList()) {
      if (panel.needsAccelerator()) {
        for (Query query : panel.queries()) {
          assertThat(query.expression()).contains("evenkeel_gpu_memory_");
          recording.hasData(query.expression());
        }
      }
    }
    for (AlertRules.Alert alert : AlertRules.read()) {
      recording.hasData(alert.expression());
    }
  }
}
