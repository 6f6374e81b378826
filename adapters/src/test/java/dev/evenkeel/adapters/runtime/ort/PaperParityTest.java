package dev.evenkeel.adapters.runtime.ort;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.testing.TestRuntime;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StepResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The papers' own code, run on the same model and samples, gives the same logits and states after
 * eight batches. The expected arrays and how they were made are described beside them.
 */
@Tag("cuda")
class PaperParityTest {
  private static final int BATCHES = 8;

  @TempDir Path folder;

  static Stream<Arguments> goldens() {
    List<Arguments> goldens = new ArrayList<>();
    for (String stream : List.of("iid", "noniid", "mixed_noniid")) {
      goldens.add(Arguments.of(stream, "source", "source", 64));
      goldens.add(Arguments.of(stream, "norm_test", "batch-norm", 64));
      goldens.add(Arguments.of(stream, "norm_alpha", "alpha-bn", 64));
      goldens.add(Arguments.of(stream, "norm_ema", "ema-bn", 64));
      for (int batch : List.of(1, 16, 64)) {
        goldens.add(Arguments.of(stream, "unmixtns", "unmix-tns", batch));
      }
    }
    return goldens.stream();
  }

  @ParameterizedTest(name = "{2} on {0} at N = {3}")
  @MethodSource("goldens")
  void equalsThePapersCode(String stream, String golden, String recipeName, int batchSize) {
    String folder = "goldens/" + stream + "/" + golden + "_b" + batchSize + "/";
    Recipe recipe = Recipe.parse(recipeName, settings(stream, recipeName));
    AdaptationProgram program = AdaptationProgram.compile(FashionKit.source(), recipe, 1);
    Tensor images = FashionKit.array("goldens/" + stream + "/images.npy");
    float[] expected = FashionKit.array(folder + "outputs.npy").toFloats();
    float[] actual = new float[expected.length];
    StateDict last;
    try (OrtRuntime runtime = OrtRuntime.open(program, TestRuntime.options());
        AdaptationSession session = runtime.newSession();
        AdaptationState state = session.initialState()) {
      SampleBatch batch = session.newBatch();
      for (int i = 0; i < BATCHES; i++) {
        FashionKit.fill(batch, images, i * batchSize, (i + 1) * batchSize);
        StepResult result = session.step(state, batch, false);
        result.logits().get(actual, i * batchSize * 10, batchSize * 10);
      }
      last = state.toStateDict();
    }
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
    }
    assertThat(worst).as("largest difference of a logit").isLessThan(TestRuntime.tolerance(1e-4));
    assertState(folder, "means", last, "norm.means");
    assertState(folder, "vars", last, "norm.variances");
    assertState(folder, "running_mean", last, "norm.means");
    assertState(folder, "running_var", last, "norm.variances");
  }

  private Map<String, String> settings(String stream, String recipe) {
    Map<String, String> settings = new TreeMap<>();
    if (recipe.equals("unmix-tns")) {
      int components = stream.equals("mixed_noniid") ? 128 : 16;
      String prefix = "K" + components;
      FashionKit.copyTo(folder, "goldens/unmixtns_init/" + prefix + "_means.npy");
      FashionKit.copyTo(folder, "goldens/unmixtns_init/" + prefix + "_vars.npy");
      settings.put("normalization.components", Integer.toString(components));
      settings.put("normalization.initial-components", folder.resolve(prefix).toString());
    }
    return settings;
  }

  private static void assertState(String folder, String file, StateDict state, String entry) {
    if (FashionKit.has(folder + file + ".npy")) {
      float[] expected = FashionKit.array(folder + file + ".npy").toFloats();
      float[] actual = state.get(entry).toFloats();
      assertThat(actual).hasSameSizeAs(expected);
      assertThat(relativeDistance(expected, actual))
          .as(entry)
          .isLessThan(TestRuntime.tolerance(1e-4));
    }
  }

  private static double relativeDistance(float[] expected, float[] actual) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += (expected[i] - actual[i]) * (double) (expected[i] - actual[i]);
      norm += expected[i] * (double) expected[i];
    }
    return Math.sqrt(difference / norm);
  }
}
