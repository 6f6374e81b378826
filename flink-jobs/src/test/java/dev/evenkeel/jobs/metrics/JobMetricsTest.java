package dev.evenkeel.jobs.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class JobMetricsTest {
  private static final String JOB = "door";
  private static final String RECIPE = "tent";

  @Test
  void rareEventsStandAtZeroBeforeTheFirst() {
    try (JobMetrics metrics = JobMetrics.open(new MetricsOptions(JOB, RECIPE, -1))) {
      assertThat(sample("dead_letters_total", "reason", "wrong-shape")).isZero();
      assertThat(sample("skipped_batches_total", "reason", "frozen")).isZero();
      assertThat(
              MetricsServer.REGISTRY.getSampleValue(
                  "evenkeel_guard_actions_total",
                  new String[] {"job", "recipe", "guard", "action"},
                  new String[] {JOB, RECIPE, "accuracy", "fall-back"}))
          .isZero();
      assertThat(
              MetricsServer.REGISTRY.getSampleValue(
                  "evenkeel_control_commands_total",
                  new String[] {"job", "recipe", "action", "status"},
                  new String[] {JOB, RECIPE, "roll-back", "applied"}))
          .isZero();
      assertThat(sample("labels_total", "result", "joined")).as("nobody reads labels").isNull();
      metrics.expectLabels();
      assertThat(sample("labels_total", "result", "joined")).isZero();
      metrics.expectSnapshots();
      assertThat(sample("snapshots_total", "result", "retried")).isZero();
    }
  }

  @Test
  void classesBeyondTheFirstTwentyAreOne() {
    try (JobMetrics metrics = JobMetrics.open(new MetricsOptions(JOB, RECIPE, -1))) {
      for (int label : new int[] {3, 19, 20, 999}) {
        metrics.prediction(0.5, -4, label);
      }
      assertThat(sample("class_predictions_total", "class", "3")).isOne();
      assertThat(sample("class_predictions_total", "class", "19")).isOne();
      assertThat(sample("class_predictions_total", "class", "other")).isEqualTo(2);
      assertThat(sample("class_predictions_total", "class", "20")).isNull();
    }
  }

  @Test
  void takesTheNextPortWhereAnotherProcessHasTheFirst() throws IOException {
    try (ServerSocket other = new ServerSocket(0);
        JobMetrics metrics =
            JobMetrics.open(new MetricsOptions(JOB, RECIPE, other.getLocalPort()))) {
      metrics.received();
      assertThat(JobMetrics.port().orElseThrow())
          .isBetween(other.getLocalPort() + 1, other.getLocalPort() + 9);
    }
    assertThat(JobMetrics.port()).isEmpty();
  }

  @Test
  void bucketOfTheWaitNamesTheTraceOfItsLastSample() throws Exception {
    try (JobMetrics metrics = JobMetrics.open(new MetricsOptions(JOB, RECIPE, 0))) {
      metrics.waited(20, "0af7651916cd43dd8448eb211c80319c");
      metrics.waited(20, null);
      metrics.waited(-1, "ffffffffffffffffffffffffffffffff");
      HttpRequest openMetrics =
          HttpRequest.newBuilder(
                  URI.create("http://localhost:%d/metrics".formatted(JobMetrics.port().getAsInt())))
              .header("Accept", "application/openmetrics-text; version=1.0.0")
              .build();

      assertThat(
              HttpClient.newHttpClient().send(openMetrics, BodyHandlers.ofString()).body().lines())
          .filteredOn(line -> line.contains("trace_id"))
          .singleElement(InstanceOfAssertFactories.STRING)
          .startsWith("evenkeel_sample_wait_seconds_bucket{job=\"%s\",".formatted(JOB))
          .contains("le=\"0.025\"} 2.0 # {trace_id=\"0af7651916cd43dd8448eb211c80319c\"} 0.02");
    }
  }

  private static Double sample(String name, String label, String value) {
    return MetricsServer.REGISTRY.getSampleValue(
        "evenkeel_" + name,
        new String[] {"job", "recipe", label},
        new String[] {JOB, RECIPE, value});
  }
}
