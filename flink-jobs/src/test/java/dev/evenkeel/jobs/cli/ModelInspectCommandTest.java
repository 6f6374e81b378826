package dev.evenkeel.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.evenkeel.adapters.onnx.io.OnnxWriter;
import dev.evenkeel.adapters.testing.BlockedGradient;
import dev.evenkeel.adapters.testing.RandomTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelInspectCommandTest {
  @TempDir private Path directory;

  @Test
  void listsTheLayersThatCanBeAdapted() {
    JsonNode found = inspect("fashion-resnet.onnx");
    assertThat(found.get("adaptable").asBoolean()).isTrue();
    assertThat(found.get("layers")).hasSize(15);
    int channels = 0;
    for (JsonNode layer : found.get("layers")) {
      assertThat(layer.get("operator").asText()).isEqualTo("BatchNormalization");
      assertThat(layer.get("adaptable").asBoolean()).isTrue();
      channels += layer.get("channels").asInt();
    }
    assertThat(channels).isEqualTo(560);
    assertThat(found.get("classes").asInt()).isEqualTo(10);
    assertThat(found.get("logits").asText()).isEqualTo("logits");
    assertThat(found.get("inputs").get(0).get("shape").get(3).asInt()).isEqualTo(28);
  }

  @Test
  void saysThatNormalisationWasFoldedAndHowToGetItBack() {
    JsonNode found = inspect("fashion-resnet-folded.onnx");
    assertThat(found.get("adaptable").asBoolean()).isFalse();
    assertThat(found.get("layers")).isEmpty();
    assertThat(found.get("summary").asText()).contains("Nothing can be adapted").contains("folded");
    assertThat(found.get("advice").asText())
        .containsSubsequence("model prepare --model", "TrainingMode.PRESERVE");
  }

  @Test
  void saysWhyLayerNormalisationsAreNotAdapted() {
    JsonNode found = inspect("fashion-tiny-vit.onnx");
    assertThat(found.get("adaptable").asBoolean()).isFalse();
    assertThat(found.get("layers")).hasSize(5);
    JsonNode layer = found.get("layers").get(0);
    assertThat(layer.get("operator").asText()).isEqualTo("LayerNormalization");
    assertThat(layer.get("channels").asInt()).isEqualTo(64);
    assertThat(layer.get("reason").asText()).contains("each sample");
    assertThat(found.get("learnable").asBoolean()).isTrue();
    for (JsonNode each : found.get("layers")) {
      assertThat(each.get("learnable").asBoolean()).isTrue();
      assertThat(each.get("gradient_obstacle").asText()).isEmpty();
    }
    assertThat(found.get("summary").asText())
        .contains("0 of 5", "scale and bias of 5 can be learned, 320 channels");
    assertThat(found.get("advice").asText()).doesNotContain("PRESERVE").contains("'tent'");
  }

  @Test
  void namesTheOperatorThatStopsGradients() throws IOException {
    Path file = directory.resolve("blocked.onnx");
    Files.write(file, OnnxWriter.toBytes(BlockedGradient.model(RandomTensors.seeded())));
    CommandRun run = CommandRun.of("model", "inspect", "--json", "--model", file);
    JsonNode found = run.json();
    assertThat(found.get("layers").findValuesAsText("learnable"))
        .containsExactly("false", "true", "true");
    JsonNode blocked = found.get("layers").get(0);
    assertThat(blocked.get("gradient_obstacle").asText()).contains("CumSum");
    assertThat(blocked.get("adaptable").asBoolean()).isTrue();
    assertThat(found.get("advice").asText()).contains("adapt-layers").contains("last:2");
    assertThat(CommandRun.of("model", "inspect", "--model", file).out()).contains("CumSum");
  }

  @Test
  void showsTheSameAsText() {
    CommandRun run = CommandRun.of("model", "inspect", "--model", model("fashion-resnet.onnx"));
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("15 of 15 normalisation layers can be adapted, 560 channels")
        .contains("scale and bias of 15 can be learned, 560 channels");
  }

  private JsonNode inspect(String name) {
    CommandRun run = CommandRun.of("model", "inspect", "--json", "--model", model(name));
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    return run.json();
  }

  private Path model(String name) {
    return CommandRun.fashion("models/" + name, directory);
  }
}
