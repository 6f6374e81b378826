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
import java.util.List;
import java.util.Map;

/**
 * A step of each normalisation method against plain inference. In the plain model ONNX Runtime
 * folds the normalisation into the convolutions, so that is the limit.
 */
final class NormalizationBenchmark implements Benchmark {
  private static final List<String> RECIPES =
      List.of("source", "batch-norm", "alpha-bn", "ema-bn", "unmix-tns");
  private static final List<Integer> BATCHES = List.of(1, 16, 64);

  @Override
  public String name() {
    return "normalization";
  }

  @Override
  public List<BenchRow> run(BenchOptions options, FashionData data) {
    SourceModel source = SourceModel.of(OnnxReader.read(data.model()), Map.of());
    List<OrtRuntime> runtimes = new ArrayList<>();
    try {
      for (String recipe : RECIPES) {
        Recipe parsed = Recipe.parse(recipe, Map.of("normalization.min-batch", "1"));
        runtimes.add(
            OrtRuntime.open(AdaptationProgram.compile(source, parsed, 0), options.runtime()));
      }
      List<BenchRow> rows = new ArrayList<>();
      for (int batch : BATCHES) {
        rows.addAll(measure(options, data, runtimes, batch));
      }
      return rows;
    } finally {
      runtimes.forEach(OrtRuntime::close);
    }
  }

  private List<BenchRow> measure(
      BenchOptions options, FashionData data, List<OrtRuntime> runtimes, int size) {
    List<InterleavedTiming.Work> works = new ArrayList<>();
    List<AutoCloseable> open = new ArrayList<>();
    for (OrtRuntime runtime : runtimes) {
      AdaptationSession session = runtime.newSession();
      AdaptationState state = session.initialState();
      SampleBatch batch = session.newBatch();
      for (int i = 0; i < size; i++) {
        batch.addUint8(ByteBuffer.wrap(data.pixels(i)));
      }
      works.add(
          new InterleavedTiming.Work(
              runtime.program().recipe().expression(), () -> session.step(state, batch, false)));
      open.add(state);
    }
    List<BenchRow> rows =
        options.timing().run(works, System::nanoTime).stream()
            .map(timing -> BenchRow.of(name(), size, "source", timing))
            .toList();
    open.forEach(NormalizationBenchmark::closeQuietly);
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
