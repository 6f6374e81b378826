package dev.evenkeel.jobs.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
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

  private static Double sample(String name, String label, String value) {
    return MetricsServer.REGISTRY.getSampleValue(
        "evenkeel_" + name,
        new String[] {"job", "recipe", label},
        new String[] {JOB, RECIPE, value});
  }
}
