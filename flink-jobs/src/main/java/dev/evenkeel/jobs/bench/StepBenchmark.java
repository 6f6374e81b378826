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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A step of recipes against plain inference, the first of them. In the plain model ONNX Runtime
 * folds the normalisation into the convolutions, so that is the limit.
 */
final class StepBenchmark implements Benchmark {
  private final String name;
  private final List<String> recipes;
  private final List<Integer> batches;

  /**
   * @param recipes expressions, each with settings {@code key=value} after spaces
   * @param batches samples in a step
   */
  StepBenchmark(String name, List<String> recipes, List<Integer> batches) {
    this.name = name;
    this.recipes = recipes;
    this.batches = batches;
  }

  /** Every normalisation method. */
  static StepBenchmark ofNormalizations() {
    return new StepBenchmark(
        "normalization",
        List.of("source", "batch-norm", "alpha-bn", "ema-bn", "unmix-tns", "balanced", "auto"),
        List.of(1, 16, 64));
  }

  /** The methods that learn parameters. */
  static StepBenchmark ofLearning() {
    return new StepBenchmark(
        "learning",
        List.of(
            "source",
            "tent",
            "tent adapt-layers=last:5",
            "tent update-every=4",
            "unmix-tns+tent",
            "eta",
            "sar",
            "deyo",
            "unmix-tns+deyo",
            "ostta",
            "roid",
            "note",
            "rotta",
            "lame"),
        List.of(16, 64));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<BenchRow> run(BenchOptions options, FashionData data) {
    SourceModel source = SourceModel.of(OnnxReader.read(data.model()), Map.of());
    List<OrtRuntime> runtimes = new ArrayList<>();
    try {
      for (String recipe : recipes) {
        AdaptationProgram program = AdaptationProgram.compile(source, parse(recipe), 0);
        runtimes.add(OrtRuntime.open(program, options.runtime()));
      }
      List<BenchRow> rows = new ArrayList<>();
      for (int batch : batches) {
        rows.addAll(measure(options, data, runtimes, batch));
      }
      return rows;
    } finally {
      runtimes.forEach(OrtRuntime::close);
    }
  }

  static Recipe parse(String text) {
    List<String> words = Arrays.asList(text.split(" ", -1));
    Map<String, String> settings = new TreeMap<>(Map.of("normalization.min-batch", "1"));
    for (String setting : words.subList(1, words.size())) {
      int equals = setting.indexOf('=');
      settings.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return Recipe.parse(words.get(0), settings);
  }

  private List<BenchRow> measure(
      BenchOptions options, FashionData data, List<OrtRuntime> runtimes, int size) {
    List<InterleavedTiming.Work> works = new ArrayList<>();
    List<AutoCloseable> open = new ArrayList<>();
    for (int r = 0; r < runtimes.size(); r++) {
      OrtRuntime runtime = runtimes.get(r);
      AdaptationSession session = runtime.newSession();
      AdaptationState state = session.initialState();
      SampleBatch batch = session.newBatch();
      for (int i = 0; i < size; i++) {
        batch.addUint8(ByteBuffer.wrap(data.pixels(i)));
      }
      works.add(
          new InterleavedTiming.Work(recipes.get(r), () -> session.step(state, batch, false)));
      open.add(state);
      open.add(session);
    }
    List<BenchRow> rows =
        options.timing().run(works, System::nanoTime).stream()
            .map(timing -> BenchRow.of(name(), size, "source", timing))
            .toList();
    open.forEach(StepBenchmark::closeQuietly);
    return rows;
  }

  private static void closeQuietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
