package dev.evenkeel.adapters.onnx.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.testing.OrtRunner;
import dev.evenkeel.adapters.tta.SourceModel;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RestrictClassesTest {
  private final Model model = FashionKit.resnet();

  @Test
  void keepsTheLogitsOfTheChosenClassesInTheirOrder() {
    int[] chosen = {9, 0, 4};
    Model restricted = RestrictClasses.apply(model, "logits", chosen);
    Map<String, Tensor> input = Map.of("input", FashionKit.array("gradients/input.npy"));
    float[] all = OrtRunner.run(model, input).get("logits").toFloats();
    float[] found = OrtRunner.run(restricted, input).get("logits").toFloats();
    assertThat(found).hasSize(16 * 3);
    for (int i = 0; i < 16; i++) {
      for (int c = 0; c < 3; c++) {
        assertThat(found[i * 3 + c]).isCloseTo(all[i * 10 + chosen[c]], within(1e-5f));
      }
    }
    SourceModel source = SourceModel.of(restricted, Map.of());
    assertThat(source.classes()).isEqualTo(3);
    assertThat(source.features()).isEqualTo(SourceModel.of(model, Map.of()).features());
  }

  @Test
  void namesAClassThatDoesNotExist() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RestrictClasses.apply(model, "logits", 0, 10))
        .withMessageContaining("no class 10");
  }

  @Test
  void namesWhatWritesTheLogitsInsteadOfALinearLayer() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RestrictClasses.apply(model, "features", 0, 1))
        .withMessageContaining("expected a Gemm");
  }
}
