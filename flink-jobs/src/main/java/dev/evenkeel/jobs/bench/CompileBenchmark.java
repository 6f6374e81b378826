package dev.evenkeel.jobs.bench;

import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.jobs.demo.data.FashionData;
import java.util.List;
import java.util.Map;

/**
 * Making a recipe ready: rewriting the model, differentiating it, creating the native sessions. One
 * operation is one model.
 */
final class CompileBenchmark implements Benchmark {
  private static final List<String> RECIPES =
      List.of("source", "unmix-tns", "tent", "unmix-tns+deyo", "rotta");

  @Override
  public String name() {
    return "compile";
  }

  @Override
  public List<BenchRow> run(BenchOptions options, FashionData data) {
    SourceModel source = SourceModel.of(OnnxReader.read(data.model()), Map.of());
    List<InterleavedTiming.Work> works =
        RECIPES.stream()
            .map(
                recipe ->
                    new InterleavedTiming.Work(
                        recipe,
                        () ->
                            OrtRuntime.open(
                                    AdaptationProgram.compile(
                                        source, StepBenchmark.parse(recipe), 0),
                                    options.runtime())
                                .close()))
            .toList();
    return options.timing().run(works, System::nanoTime).stream()
        .map(timing -> BenchRow.of(name(), 1, "source", timing))
        .toList();
  }
}
