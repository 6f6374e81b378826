package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.it.RecordedStreams.Expected;
import dev.evenkeel.jobs.backtest.Backtest;
import dev.evenkeel.jobs.backtest.BacktestResult;
import dev.evenkeel.jobs.backtest.BatchPlan;
import dev.evenkeel.jobs.replay.Recording;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Error rates over whole streams equal those of the papers' own code within 0.1 percentage points.
 */
class WholeStreamParityITCase {
  @TempDir static Path folder;
  private static RecordedStreams streams;

  @BeforeAll
  static void unpack() throws IOException {
    streams = new RecordedStreams(folder);
    for (int components : List.of(16, 128)) {
      for (String part : List.of("_means.npy", "_vars.npy")) {
        FashionKit.copyTo(folder, "goldens/unmixtns_init/K" + components + part);
      }
    }
  }

  static Stream<Expected> oneStreamOfEachMethod() throws IOException {
    return all().filter(expected -> expected.stream().equals("iid") && expected.batch() == 64);
  }

  static Stream<Expected> all() throws IOException {
    return RecordedStreams.expected().stream();
  }

  @ParameterizedTest
  @MethodSource("oneStreamOfEachMethod")
  void equalsThePapersCodeOnOneStream(Expected expected) throws IOException {
    check(expected);
  }

  @ParameterizedTest
  @MethodSource("all")
  @Tag("long")
  void equalsThePapersCodeOnEveryStream(Expected expected) throws IOException {
    check(expected);
  }

  private static void check(Expected expected) throws IOException {
    Recording recording = streams.read(expected.stream());
    assertThat(recording.size()).isEqualTo(expected.samples());
    BatchPlan plan =
        BatchPlan.of(recording.size(), expected.batch(), expected.resetAt(), Integer.MAX_VALUE);
    SourceModel model = SourceModel.of(FashionKit.resnet(), Map.of());
    try (OrtRuntime adapted = open(model, expected.recipe(), settings(expected));
        OrtRuntime source = open(model, "source", Map.of())) {
      BacktestResult result =
          new Backtest(recording, plan, System::nanoTime)
              .run(adapted, source, Optional.empty(), false);
      assertThat(result.errorRate()).isCloseTo(expected.errorRate(), within(0.001));
    }
  }

  private static OrtRuntime open(SourceModel model, String recipe, Map<String, String> settings) {
    return OrtRuntime.open(
        AdaptationProgram.compile(model, Recipe.parse(recipe, settings), 0),
        RuntimeOptions.CPU_SINGLE_THREAD);
  }

  private static Map<String, String> settings(Expected expected) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("normalization.min-batch", "1");
    if (expected.recipe().equals("unmix-tns")) {
      String components = Integer.toString(expected.components());
      settings.put("normalization.components", components);
      settings.put("normalization.initial-components", folder.resolve("K" + components).toString());
    }
    return settings;
  }
}
