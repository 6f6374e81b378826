package dev.evenkeel.adapters.tta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evenkeel.adapters.npy.Npz;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.BlockedGradient;
import dev.evenkeel.adapters.testing.RandomTensors;
import dev.evenkeel.adapters.testing.TinyNet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a recipe does not fit a model is said before anything runs, all of it, with a remedy. */
class RefusalsTest {
  private final RandomTensors random = RandomTensors.seeded();
  private final SourceModel images = TinyNet.random(random, 2, 3, 5, 5).source();
  private final SourceModel signals = TinyNet.random(random, 1, 3, 5).source();

  @TempDir private Path folder;

  @Test
  void namesAllProblemsAtOnce() {
    Map<String, String> settings =
        Map.of(
            "adapt-layers",
            "nothing",
            "normalization.initial-components",
            folder.resolve("absent").toString());
    List<String> problems = problems(images, "unmix-tns+eata", settings);
    assertThat(problems).hasSize(3);
    assertThat(problems.get(0)).contains("normalization.initial-components").contains("absent_");
    assertThat(problems.get(1)).contains("adapt-layers is 'nothing'").contains("bn0");
    assertThat(problems.get(2)).contains("objective.fisher").contains("model fisher --model");
  }

  @Test
  void namesTheOperatorWithoutGradientAndTheLayersBehindIt() {
    SourceModel blocked = SourceModel.of(BlockedGradient.model(random), Map.of());
    assertThat(problems(blocked, "tent", Map.of()))
        .singleElement()
        .asString()
        .containsSubsequence("CumSum", "total", "adapt-layers to last:2", "bn1", "bn2")
        .doesNotContain("bn0");
    Map<String, String> remedy = Map.of("adapt-layers", "last:2");
    AdaptationProgram program = AdaptationProgram.compile(blocked, Recipe.parse("tent", remedy), 1);
    assertThat(program.learning().orElseThrow().adapted()).hasSize(2);
  }

  @Test
  void layersOutOfReachAreTold() {
    SourceModel blocked = SourceModel.of(BlockedGradient.model(random), Map.of());
    assertThat(LearnableLayer.of(blocked))
        .extracting(LearnableLayer::isReached)
        .containsExactly(false, true, true);
    assertThat(LearnableLayer.of(blocked).get(0).obstacle()).contains("CumSum");
    assertThat(LearnableLayer.of(images)).hasSize(3).allMatch(LearnableLayer::isReached);
  }

  @Test
  void signalsAreNeitherDestroyedNorAugmentedAsImages() {
    assertThat(problems(signals, "deyo", Map.of()))
        .singleElement()
        .asString()
        .contains("destroys objects in images");
    assertThat(problems(signals, "rotta", Map.of()))
        .singleElement()
        .asString()
        .contains("augments images");
  }

  @Test
  void filesThatDoNotExistAreNamed() {
    Path absent = folder.resolve("absent");
    assertThat(problems(images, "eata", Map.of("objective.fisher", absent + ".npz")))
        .singleElement()
        .asString()
        .contains("objective.fisher: " + absent + ".npz does not exist");
    assertThat(problems(images, "eata", Map.of("objective.fisher", absent.toString())))
        .singleElement()
        .asString()
        .contains(absent + "_gamma.npy does not exist");
    Map<String, String> permutations =
        Map.of("selection.permutations", absent.toString(), "selection.patches", "3");
    assertThat(problems(images, "deyo", permutations))
        .singleElement()
        .asString()
        .contains("selection.permutations is '" + absent);
  }

  @Test
  void fisherInformationOfAnotherKindIsRefused() throws IOException {
    Path file = folder.resolve("F.npz");
    Map<String, String> settings = Map.of("objective.fisher", file.toString());
    Files.writeString(file, "no archive");
    assertThat(problems(images, "eata", settings).get(0)).contains(file + " is no readable zip");
    write(file, 12, 1);
    assertThat(problems(images, "eata", settings).get(0)).contains("expected float32 [13]");
    write(file, 13, -1);
    assertThat(problems(images, "eata", settings).get(0)).contains("-1.0").contains("at least 0");
  }

  private static void write(Path file, int channels, float value) throws IOException {
    float[] values = new float[channels];
    values[channels - 1] = value;
    Tensor tensor = Tensor.ofFloats(Shape.of(channels), values);
    Npz.write(file, new TreeMap<>(Map.of("gamma", tensor, "beta", tensor)));
  }

  private static List<String> problems(
      SourceModel source, String recipe, Map<String, String> settings) {
    return catchThrowableOfType(
            RecipeException.class,
            () -> AdaptationProgram.compile(source, Recipe.parse(recipe, settings), 1))
        .problems();
  }
}
