package dev.evenkeel.jobs.bench;

import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.jobs.demo.data.FashionData;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The whole job through Kafka against the bare adaptation loop on the same samples, at parallelism
 * 1, samples waiting in their topic: one stream with batches of {@value #BATCH}; and {@value
 * #STREAMS} streams in turn, one sample each in a call of that size, the hardest case. Broker,
 * Flink and loop share one process and its processors. The first quarter of each run is not
 * counted.
 */
final class JobBenchmark implements Benchmark {
  private static final String RECIPE = "unmix-tns";
  private static final int BATCH = 16;
  private static final int STREAMS = 1000;
  private static final int SAMPLES = 750 * BATCH;
  private static final int COUNTED_FROM = SAMPLES / 4;
  private static final String LOOP = "bare loop";

  @Override
  public String name() {
    return "job";
  }

  /**
   * A job to be timed.
   *
   * @param streams that the samples belong to, in turn
   */
  private record Variant(String name, int streams, String delivery, int maxSize) {
    String topic() {
      return "samples-of-" + streams;
    }

    String settings() {
      return """
          recipe: %s
          delivery: %s
          batch: {max-size: %d, max-delay: 0s, max-call-size: %d, max-call-streams: %d}
          """
          .formatted(RECIPE, delivery, maxSize, BATCH, BATCH);
    }
  }

  private static final List<Variant> VARIANTS =
      List.of(
          new Variant("job, at-least-once", 1, "at-least-once", BATCH),
          new Variant("job, exactly-once", 1, "exactly-once", BATCH),
          new Variant("job, 1000 streams", STREAMS, "exactly-once", 1));

  @Override
  public List<BenchRow> run(BenchOptions options, FashionData data) throws Exception {
    Map<String, double[]> nanos = new LinkedHashMap<>();
    nanos.put(LOOP, new double[options.rounds()]);
    VARIANTS.forEach(variant -> nanos.put(variant.name(), new double[options.rounds()]));
    try (TopicRun topics = new TopicRun(options, data.model());
        OrtRuntime runtime = open(options, data)) {
      for (int streams : List.of(1, STREAMS)) {
        topics.fill(
            "samples-of-" + streams,
            SAMPLES,
            i -> WireBenchmark.sample(data, "stream-" + i % streams, i));
      }
      for (int round = -1; round < options.rounds(); round++) {
        record(nanos, LOOP, round, loop(runtime, data));
        for (Variant variant : VARIANTS) {
          record(nanos, variant.name(), round, job(topics, variant, round));
        }
      }
    }
    double[] bare = nanos.get(LOOP);
    List<BenchRow> rows = new ArrayList<>();
    nanos.forEach(
        (work, times) -> {
          double[] ratios = new double[times.length];
          for (int i = 0; i < times.length; i++) {
            ratios[i] = times[i] / bare[i];
          }
          rows.add(
              BenchRow.of(
                  name(),
                  BATCH,
                  LOOP,
                  new InterleavedTiming.Timing(
                      work, InterleavedTiming.median(times), InterleavedTiming.median(ratios))));
        });
    return rows;
  }

  /** Keeps a time unless the round is one of warm-up. */
  private static void record(Map<String, double[]> nanos, String work, int round, double time) {
    if (round >= 0) {
      nanos.get(work)[round] = time;
    }
  }

  private static OrtRuntime open(BenchOptions options, FashionData data) {
    SourceModel source = SourceModel.of(OnnxReader.read(data.model()), Map.of());
    return OrtRuntime.open(
        AdaptationProgram.compile(source, Recipe.parse(RECIPE, Map.of()), 0), options.runtime());
  }

  /** Time of one batch in nanoseconds. */
  private static double loop(OrtRuntime runtime, FashionData data) {
    try (AdaptationSession session = runtime.newSession();
        AdaptationState state = session.initialState()) {
      SampleBatch batch = session.newBatch();
      long start = 0;
      for (int position = 0; position < SAMPLES; position++) {
        if (position == COUNTED_FROM) {
          start = System.nanoTime();
        }
        batch.addUint8(ByteBuffer.wrap(data.pixels(position % data.size())));
        if (batch.size() == BATCH) {
          session.step(state, batch, false);
          batch.clear();
        }
      }
      return (System.nanoTime() - start) * (double) BATCH / (SAMPLES - COUNTED_FROM);
    }
  }

  /** Time of {@value #BATCH} samples in nanoseconds. */
  private static double job(TopicRun topics, Variant variant, int round) throws Exception {
    String name = "bench-%d-%s-%d".formatted(variant.streams(), variant.delivery(), round + 1);
    long millis =
        topics
            .run(name, variant.topic(), SAMPLES, variant.settings())
            .millis(COUNTED_FROM - 1, SAMPLES - 1);
    return millis * 1e6 * BATCH / (SAMPLES - COUNTED_FROM);
  }
}
