package dev.evenkeel.jobs.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.jobs.batch.BatchPolicy;
import dev.evenkeel.jobs.batch.CallPolicy;
import dev.evenkeel.jobs.config.StateConfig;
import dev.evenkeel.jobs.metrics.JobMetrics;
import dev.evenkeel.jobs.metrics.MetricsOptions;
import dev.evenkeel.jobs.snapshots.SnapshotOptions;
import dev.evenkeel.jobs.testing.FashionSamples;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the operator learns is on the endpoint. */
class AdaptOperatorMetricsTest {
  private static final int SIZE = 16;

  @Test
  void countsUpdatesAndTheSamplesTheyComeFrom() throws Exception {
    String metrics = run("tent", Map.of());
    assertThat(metrics)
        .contains(sample("parameter_updates_total", "tent", "", 3))
        .contains(sample("offered_samples_total", "tent", "", 3 * SIZE))
        .contains(sample("accepted_samples_total", "tent", "", 3 * SIZE));
  }

  @Test
  void countsSkippedBatchesByReason() throws Exception {
    String metrics = run("eta", Map.of("selection.entropy-margin", "0.000001"));
    assertThat(metrics)
        .contains(sample("parameter_updates_total", "eta", "", 0))
        .contains(sample("offered_samples_total", "eta", "", 3 * SIZE))
        .contains(sample("accepted_samples_total", "eta", "", 0))
        .contains(sample("skipped_batches_total", "eta", "reason=\"nothing-selected\",", 3));
  }

  /** Steps so large that the activations of the second batch overflow, the samples being finite. */
  @Test
  void countsBatchesWhoseNumbersOverflow() throws Exception {
    String metrics = run("source+tent", Map.of("optimizer.learning-rate", "1000"));
    assertThat(metrics)
        .contains(sample("skipped_batches_total", "source+tent", "reason=\"non-finite\",", 2));
  }

  @Test
  void countsResetsByReason() throws Exception {
    String metrics = run("source+tent", Map.of("reset.every", "1"));
    assertThat(metrics)
        .containsPattern(
            "evenkeel_resets_total\\{job=\"metrics-test\",recipe=\"source[+]tent\","
                + "reason=\"[a-z-]+\",} 3.0");
  }

  /** Three batches, then what the endpoint says. */
  private static String run(String recipe, Map<String, String> settings) throws Exception {
    AdaptOptions options =
        new AdaptOptions(
            StateConfig.Scope.STREAM,
            new BatchPolicy(false, SIZE, 0),
            CallPolicy.ONE_BY_ONE,
            0,
            AdaptOptions.States.keep(1),
            0,
            AdaptOptions.Watching.OFF,
            SnapshotOptions.OFF,
            false,
            null,
            new MetricsOptions("metrics-test", recipe, 0));
    try (AdaptHarness harness =
        new AdaptHarness(FashionSamples.program(recipe, settings), options)) {
      for (int i = 0; i < 3 * SIZE; i++) {
        harness.processElement(FashionSamples.sample("a", i));
      }
      return scrape();
    }
  }

  private static String scrape() throws IOException, InterruptedException {
    URI endpoint = URI.create("http://localhost:" + JobMetrics.port().orElseThrow() + "/metrics");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(endpoint).build(), BodyHandlers.ofString())
        .body();
  }

  private static String sample(String name, String recipe, String label, int value) {
    return "evenkeel_%s{job=\"metrics-test\",recipe=\"%s\",%s} %d.0"
        .formatted(name, recipe, label, value);
  }
}
