package dev.evenkeel.jobs.bench;

import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.profile.ProfileMeasurement;
import dev.evenkeel.adapters.profile.SourceProfile;
import dev.evenkeel.adapters.profile.SourceProfileJson;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.adapters.tta.StepResult;
import dev.evenkeel.jobs.demo.data.FashionData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What following and correcting the label distribution adds to a step, at few and at many classes.
 * The model is small, so at many classes the ratio is that of the worst case.
 */
final class LabelShiftBenchmark implements Benchmark {
  private static final int BATCH = 64;
  private static final List<Integer> CLASSES = List.of(10, 1000);
  private static final List<String> RECIPES = List.of("source", "batch-norm", "tent");

  @Override
  public String name() {
    return "label-shift";
  }

  @Override
  public List<BenchRow> run(BenchOptions options, FashionData data) throws IOException {
    SourceModel bundled = SourceModel.of(OnnxReader.read(data.model()), Map.of());
    List<BenchRow> rows = new ArrayList<>();
    for (int classes : CLASSES) {
      SourceModel source = classes == bundled.classes() ? bundled : WideHead.of(bundled, classes);
      Path profile = Files.createTempFile("evenkeel-bench-", ".json");
      try {
        SourceProfileJson.write(profile, profile(options, data, source));
        for (String recipe : RECIPES) {
          rows.addAll(measure(options, data, source, recipe, profile));
        }
      } finally {
        Files.delete(profile);
      }
    }
    return rows;
  }

  private static SourceProfile profile(BenchOptions options, FashionData data, SourceModel source) {
    ProfileMeasurement measurement = new ProfileMeasurement(source.classes());
    AdaptationProgram program =
        AdaptationProgram.compile(source, Recipe.parse("source", Map.of()), 0);
    try (OrtRuntime runtime = OrtRuntime.open(program, options.runtime());
        AdaptationSession session = runtime.newSession();
        AdaptationState state = session.initialState()) {
      for (int begin = 0; begin + BATCH <= data.size(); begin += BATCH) {
        StepResult answers = session.step(state, batch(session, data, begin), false);
        float[] row = new float[source.classes()];
        for (int i = 0; i < BATCH; i++) {
          answers.logits().get(i * row.length, row);
          int copy = (begin + i) % (source.classes() / data.classNames().size());
          measurement.add(
              row, new float[0], copy * data.classNames().size() + data.label(begin + i));
        }
      }
    }
    return measurement.measure(source.digest(), List.of());
  }

  private List<BenchRow> measure(
      BenchOptions options, FashionData data, SourceModel source, String recipe, Path profile) {
    Map<String, String> plain = Map.of("normalization.min-batch", "1");
    Map<String, String> corrected =
        Map.of("normalization.min-batch", "1", "labelshift.source-profile", profile.toString());
    AdaptationProgram without = AdaptationProgram.compile(source, Recipe.parse(recipe, plain), 0);
    AdaptationProgram with =
        AdaptationProgram.compile(source, Recipe.parse(recipe + "+prior-correction", corrected), 0);
    try (OrtRuntime first = OrtRuntime.open(without, options.runtime());
        OrtRuntime second = OrtRuntime.open(with, options.runtime());
        AdaptationSession one = first.newSession();
        AdaptationSession other = second.newSession();
        AdaptationState oneState = one.initialState();
        AdaptationState otherState = other.initialState()) {
      SampleBatch oneBatch = batch(one, data, 0);
      SampleBatch otherBatch = batch(other, data, 0);
      String classes = ", " + source.classes() + " classes";
      List<InterleavedTiming.Work> works =
          List.of(
              new InterleavedTiming.Work(
                  recipe + classes, () -> one.step(oneState, oneBatch, false)),
              new InterleavedTiming.Work(
                  recipe + "+prior-correction" + classes,
                  () -> other.step(otherState, otherBatch, false)));
      return options.timing().run(works, System::nanoTime).stream()
          .map(timing -> BenchRow.of(name(), BATCH, recipe, timing))
          .toList();
    }
  }

  private static SampleBatch batch(AdaptationSession session, FashionData data, int begin) {
    SampleBatch batch = session.newBatch();
    for (int i = 0; i < BATCH; i++) {
      batch.addUint8(ByteBuffer.wrap(data.pixels(begin + i)));
    }
    return batch;
  }
}
