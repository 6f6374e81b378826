package dev.evenkeel.jobs.bench;

import dev.evenkeel.jobs.demo.data.FashionData;
import java.util.ArrayList;
import java.util.List;

/**
 * What streams cost in state: the size of a savepoint of the job with so many streams, and the time
 * of a sample.
 */
final class StateBenchmark implements Benchmark {
  private static final int LEAST_SAMPLES = 1_000;
  private static final List<Integer> STREAMS = List.of(1, 100, 1_000, 10_000);

  @Override
  public String name() {
    return "state";
  }

  @Override
  public List<BenchRow> run(BenchOptions options, FashionData data) throws Exception {
    List<BenchRow> rows = new ArrayList<>();
    try (TopicRun topics = new TopicRun(options, data.model())) {
      for (int streams : STREAMS) {
        String name = "state-of-" + streams;
        int samples = Math.max(streams, LEAST_SAMPLES);
        topics.fill(
            name + "-samples",
            samples,
            i -> WireBenchmark.sample(data, "stream-" + i % streams, i));
        TopicRun.Finished run =
            topics.run(
                name,
                name + "-samples",
                samples,
                """
                recipe: unmix-tns
                batch: {max-size: 1}
                drift: {window: 0}
                """);
        double nanos = run.millis(0, samples - 1) * 1e6 / samples;
        rows.add(
            BenchRow.of(
                    name(),
                    1,
                    "itself",
                    new InterleavedTiming.Timing(streams + " streams", nanos, 1))
                .with("savepoint, bytes", (double) run.savepointBytes())
                .with("a stream, bytes", (double) run.savepointBytes() / streams));
      }
    }
    return rows;
  }
}
