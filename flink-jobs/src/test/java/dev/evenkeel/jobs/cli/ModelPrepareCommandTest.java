package dev.evenkeel.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelPrepareCommandTest {
  @TempDir private Path directory;
  private Path folded;
  private Path images;
  private Path prepared;

  @BeforeEach
  void unpack() {
    folded = CommandRun.fashion("models/fashion-resnet-folded.onnx", directory);
    images = CommandRun.fashion("calibration/images.npy", directory);
    prepared = directory.resolve("prepared.onnx");
  }

  @Test
  void putsEveryLayerBackWithoutChangingTheAnswers() {
    JsonNode result = prepare("--json").json();
    assertThat(result.get("layers")).hasSize(15);
    assertThat(result.get("left")).isEmpty();
    assertThat(result.get("channels").asInt()).isEqualTo(560);
    assertThat(result.get("samples").asInt()).isEqualTo(256);
    assertThat(result.get("largest_logit_difference").asDouble()).isPositive().isLessThan(1e-3);
    assertThat(OnnxReader.read(prepared).metadata())
        .containsKeys("evenkeel.prepared", "evenkeel.version");
    JsonNode found = CommandRun.of("model", "inspect", "--json", "--model", prepared).json();
    assertThat(found.get("summary").asText())
        .isEqualTo(
            "15 of 15 normalisation layers can be adapted, 560 channels;"
                + " scale and bias of 15 can be learned, 560 channels.");
  }

  @Test
  void aPreparedModelRunsARecipeThatRefusesTheOriginal() {
    CommandRun before = backtest(folded);
    assertThat(before.exitCode()).isEqualTo(2);
    assertThat(before.err()).contains("model prepare");
    assertThat(prepare().exitCode()).isZero();
    CommandRun after = backtest(prepared);
    assertThat(after.err()).isEmpty();
    assertThat(after.exitCode()).isZero();
  }

  @Test
  void preparesOnlyTheNamedLayersButTheExcludedOnes() {
    JsonNode all = prepare("--json").json().get("layers");
    String first = all.get(0).asText();
    String second = all.get(1).asText();
    JsonNode result =
        prepare("--layers", first + "," + second, "--exclude", second, "--json").json();
    assertThat(result.get("layers")).singleElement().extracting(JsonNode::asText).isEqualTo(first);
    assertThat(result.get("left")).hasSize(14);
    assertThat(result.get("left").get(0).get("reason").asText()).isNotEmpty();
  }

  @Test
  void namesTheConvolutionsIfAPatternMatchesNone() {
    CommandRun run = run("--layers", "block9*");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--layers block9*").contains("there are [").hasLineCount(1);
  }

  @Test
  void saysWhyAModelNeedsNoPreparation() {
    Path resnet = CommandRun.fashion("models/fashion-resnet.onnx", directory);
    CommandRun run =
        CommandRun.of(
            "model", "prepare", "--model", resnet, "--calibration", images, "--out", prepared);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("normalised already");
    assertThat(prepared).doesNotExist();
  }

  @Test
  void takesFloatsWithAChannelAxisAsWellAsBytesWithoutOne() throws IOException {
    prepare();
    byte[] fromBytes = Files.readAllBytes(prepared);
    long[] pixels = Npy.read(images).toLongs();
    float[] values = new float[pixels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = pixels[i] / 255f;
    }
    images = directory.resolve("floats.npy");
    Npy.write(images, Tensor.ofFloats(Shape.of(256, 1, 28, 28), values));
    prepare();
    assertThat(Files.readAllBytes(prepared)).isEqualTo(fromBytes);
  }

  @Test
  void refusesCalibrationDataOfAnotherShape() throws IOException {
    images = directory.resolve("wide.npy");
    Npy.write(images, Tensor.ofBytes(Shape.of(1, 28, 29), new byte[28 * 29]));
    CommandRun run = run();
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("[28, 29]").contains("[1, 28, 28]");
  }

  @Test
  void printsATableWithoutJson() {
    assertThat(prepare().out()).contains("convolution").contains("15 layers with 560 channels");
  }

  private CommandRun prepare(Object... options) {
    CommandRun run = run(options);
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    return run;
  }

  private CommandRun run(Object... options) {
    List<Object> all =
        new ArrayList<>(
            List.of(
                "model", "prepare", "--model", folded, "--calibration", images, "--out", prepared));
    all.addAll(List.of(options));
    return CommandRun.of(all.toArray());
  }

  private CommandRun backtest(Path model) {
    return CommandRun.of(
        "backtest",
        "--model",
        model,
        "--inputs",
        images,
        "--recipe",
        "unmix-tns",
        "--batch-size",
        64,
        "--batches",
        1);
  }
}
