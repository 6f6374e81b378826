package dev.evenkeel.jobs.bench;

import dev.evenkeel.jobs.demo.data.Corruption;
import dev.evenkeel.jobs.demo.data.DriftPhase;
import dev.evenkeel.jobs.demo.data.DriftStream;
import dev.evenkeel.jobs.demo.data.FashionData;
import dev.evenkeel.v1.DataType;
import dev.evenkeel.v1.Prediction;
import dev.evenkeel.v1.Sample;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How fast a backlog of {@value #SAMPLES} samples of a drifting stream is worked off by a recipe
 * that learns, with and without giving learning up while samples wait, and what that costs in
 * errors. One round: each takes minutes.
 */
final class LagBenchmark implements Benchmark {
  private static final int SAMPLES = 100_000;
  private static final int BATCH = 64;
  private static final String RECIPE = "ema-bn+tent";

  @Override
  public String name() {
    return "lag";
  }

  @Override
  public boolean isLong(BenchOptions options) {
    return true;
  }

  @Override
  public List<BenchRow> run(BenchOptions options, FashionData data) throws Exception {
    List<DriftPhase> phases = new ArrayList<>();
    for (Corruption corruption : Corruption.values()) {
      phases.add(DriftPhase.of(corruption, SAMPLES / Corruption.values().length));
    }
    DriftStream stream = DriftStream.of(data, phases, 0);
    List<BenchRow> rows = new ArrayList<>();
    try (TopicRun topics = new TopicRun(options, data.model())) {
      topics.fill("backlog", stream.size(), i -> sample(stream, i));
      double always = 0;
      for (String maxLag : List.of("0", "1s")) {
        TopicRun.Finished run =
            topics.run(
                "max-lag-" + maxLag,
                "backlog",
                stream.size(),
                """
                recipe: %s
                batch: {max-size: %d}
                drift: {window: 0}
                adaptation: {max-lag: %s}
                """
                    .formatted(RECIPE, BATCH, maxLag));
        double nanos = run.millis(0, stream.size() - 1) * 1e6 * BATCH / stream.size();
        always = always == 0 ? nanos : always;
        rows.add(
            BenchRow.of(
                    name(),
                    BATCH,
                    "adaptation.max-lag 0",
                    new InterleavedTiming.Timing(
                        RECIPE + ", adaptation.max-lag " + maxLag, nanos, nanos / always))
                .with("error, %", 100.0 * wrong(stream, run.answers()) / stream.size())
                .with("worked off in, s", run.millis(0, stream.size() - 1) / 1e3));
      }
    }
    return rows;
  }

  private static long wrong(DriftStream stream, List<Prediction> answers) {
    return answers.stream()
        .filter(answer -> answer.getLabel() != stream.label(Integer.parseInt(answer.getSampleId())))
        .count();
  }

  private static Sample sample(DriftStream stream, int position) {
    return new Sample(
        "backlog",
        Integer.toString(position),
        Instant.ofEpochMilli(position),
        DataType.UINT8,
        List.of(1, stream.height(), stream.width()),
        ByteBuffer.wrap(stream.pixels(position)),
        null,
        Map.of());
  }
}
