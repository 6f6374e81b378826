package dev.evenkeel.adapters.onnx.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.onnx.graph.Model;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxRoundTripTest {
  @ParameterizedTest
  @ValueSource(strings = {"fashion-resnet", "fashion-resnet-folded", "fashion-tiny-vit"})
  void readsWhatItWroteAsTheSameModel(String name) {
    Path file = Path.of("src/test/resources/fashion/models", name + ".onnx");

    Model model = OnnxReader.read(file);
    byte[] written = OnnxWriter.toBytes(model);

    assertThat(model.opset()).isEqualTo(17);
    assertThat(model.graph().inputs()).hasSize(1);
    assertThat(OnnxReader.read(written, "copy")).isEqualTo(model);
    assertThat(OnnxWriter.toBytes(OnnxReader.read(written, "copy"))).isEqualTo(written);
  }
}
