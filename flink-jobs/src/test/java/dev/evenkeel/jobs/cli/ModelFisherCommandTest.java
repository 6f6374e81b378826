package dev.evenkeel.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.npy.Npz;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFisherCommandTest {
  @TempDir private Path directory;
  private Path model;
  private Path images;
  private Path out;

  @BeforeEach
  void copyModelAndImages() {
    model = CommandRun.fashion("models/fashion-resnet.onnx", directory);
    images = CommandRun.fashion("calibration/images.npy", directory);
    out = directory.resolve("F.npz");
  }

  @Test
  void writesOneValueForEachScaleAndBias() throws IOException {
    CommandRun run = fisher("--batch-size", 64, "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.json().get("samples").asInt()).isEqualTo(256);
    assertThat(run.json().get("channels").asInt()).isEqualTo(560);
    Map<String, Tensor> arrays = Npz.read(out);
    assertThat(arrays).containsOnlyKeys("beta", "gamma");
    assertThat(arrays.values())
        .allSatisfy(
            array -> {
              assertThat(array.shape()).isEqualTo(Shape.of(560));
              assertThat(array.type()).isEqualTo(ElementType.FLOAT32);
              for (float value : array.toFloats()) {
                assertThat(value).isFinite().isNotNegative();
              }
            });
  }

  @Test
  void measuresWithTheNormalisationOfTheRecipe() throws IOException {
    fisher("--batch-size", 64);
    Tensor ofBatches = Npz.read(out).get("gamma");
    assertThat(fisher("--batch-size", 64, "--recipe", "source+eata").exitCode()).isZero();
    Tensor ofSource = Npz.read(out).get("gamma");
    assertThat(ofSource).isNotEqualTo(ofBatches);
    fisher("--batch-size", 64, "--recipe", "tent");
    assertThat(Npz.read(out).get("gamma")).isEqualTo(ofBatches);
  }

  @Test
  void leavesOutALastBatchThatTheRecipeWouldNotLearnFrom() {
    assertThat(fisher("--batch-size", 49, "--json").json().get("samples").asInt()).isEqualTo(245);
    CommandRun source = fisher("--batch-size", 49, "--recipe", "source+eata", "--json");
    assertThat(source.json().get("samples").asInt()).isEqualTo(256);
  }

  @Test
  void refusesBatchesTooSmallForTheRecipe() {
    CommandRun run = fisher("--batch-size", 8);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--batch-size is 8").contains("normalization.min-batch");
  }

  @Test
  void refusesARecipeThatLearnsNothing() {
    CommandRun run = fisher("--batch-size", 64, "--recipe", "unmix-tns");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--recipe is unmix-tns").contains("learns parameters");
  }

  private CommandRun fisher(Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of("model", "fisher", "--model", model, "--inputs", images, "--out", out));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray());
  }
}
