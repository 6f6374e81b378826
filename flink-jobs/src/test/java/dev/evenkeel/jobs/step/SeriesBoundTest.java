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
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What Prometheus has to store does not grow with the number of streams. */
class SeriesBoundTest {
  private static final int FEW = 512;
  private static final int MANY = 10_000;

  @Test
  void tenThousandStreamsHaveNoMoreSeriesThanAFew() throws Exception {
    AdaptOptions options =
        new AdaptOptions(
            StateConfig.Scope.STREAM,
            new BatchPolicy(false, 1, 0),
            new CallPolicy(128, 128, 1000),
            0,
            AdaptOptions.States.keep(128),
            0,
            AdaptOptions.Watching.OFF,
            SnapshotOptions.OFF,
            false,
            null,
            new MetricsOptions("series-test", "source", 0));
    try (AdaptHarness harness =
        new AdaptHarness(FashionSamples.program("source", Map.of()), options)) {
      feed(harness, 0, FEW);
      Set<String> few = series();
      feed(harness, FEW, MANY);
      assertThat(series()).isEqualTo(few).hasSizeBetween(100, 1000);
    }
  }

  private static void feed(AdaptHarness harness, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      harness.processElement(FashionSamples.sample("stream-" + i, i % FEW));
      harness.getOutput().clear();
    }
  }

  /** Names with their labels. */
  private static Set<String> series() throws IOException, InterruptedException {
    URI endpoint = URI.create("http://localhost:" + JobMetrics.port().orElseThrow() + "/metrics");
    String body =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(endpoint).build(), BodyHandlers.ofString())
            .body();
    return body.lines()
        .filter(line -> line.startsWith("evenkeel_") && line.contains("series-test"))
        .map(line -> line.substring(0, line.lastIndexOf(' ')))
        .collect(Collectors.toSet());
  }
}
