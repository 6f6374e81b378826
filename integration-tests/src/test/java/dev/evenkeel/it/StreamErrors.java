package dev.evenkeel.it;

import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.jobs.backtest.Backtest;
import dev.evenkeel.jobs.backtest.BatchPlan;
import dev.evenkeel.jobs.replay.Recording;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Error rates of recipes over the recorded streams. */
final class StreamErrors {
  private final Path folder;
  private final RecordedStreams streams;

  /**
   * A stream and what runs over it.
   *
   * @param model name of a bundled model
   * @param components those of UnMix-TNS, whose drawn values are given
   * @param settings of the recipe, beyond the smallest batch and the components
   */
  record Run(
      String model,
      String stream,
      int batch,
      List<Integer> resetAt,
      String recipe,
      int components,
      Map<String, String> settings) {}

  /**
   * Unpacks the streams and the first components.
   *
   * @param folder where to; must exist
   */
  StreamErrors(Path folder) throws IOException {
    this.folder = folder;
    streams = new RecordedStreams(folder);
    for (int components : List.of(16, 128)) {
      for (String part : List.of("_means.npy", "_vars.npy")) {
        FashionKit.copyTo(folder, "goldens/unmixtns_init/K" + components + part);
      }
    }
  }

  int samples(String stream) throws IOException {
    return streams.read(stream).size();
  }

  /** Share of samples whose answer is not their label. */
  double errorRate(Run run, long seed) throws IOException {
    Recording recording = streams.read(run.stream());
    BatchPlan plan = BatchPlan.of(recording.size(), run.batch(), run.resetAt(), Integer.MAX_VALUE);
    SourceModel model = SourceModel.of(FashionKit.model(run.model()), Map.of());
    try (OrtRuntime adapted = open(model, run.recipe(), settings(run), seed);
        OrtRuntime source = open(model, "source", Map.of(), seed)) {
      return new Backtest(recording, plan, System::nanoTime)
          .run(adapted, source, Optional.empty(), false)
          .errorRate();
    }
  }

  private static OrtRuntime open(
      SourceModel model, String recipe, Map<String, String> settings, long seed) {
    return OrtRuntime.open(
        AdaptationProgram.compile(model, Recipe.parse(recipe, settings), seed),
        RuntimeOptions.CPU_SINGLE_THREAD);
  }

  private Map<String, String> settings(Run run) {
    Map<String, String> settings = new TreeMap<>(run.settings());
    settings.put("normalization.min-batch", "1");
    if (run.recipe().startsWith("unmix-tns")) {
      String components = Integer.toString(run.components());
      settings.put("normalization.components", components);
      settings.put("normalization.initial-components", folder.resolve("K" + components).toString());
    }
    return settings;
  }
}
