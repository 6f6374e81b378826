package dev.evenkeel.adapters.onnx.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.adapters.onnx.interpreter.Interpreter;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.OrtRunner;
import dev.evenkeel.adapters.testing.RandomTensors;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RefusedCasesTest {
  private final RandomTensors random = RandomTensors.seeded();

  @Test
  void differentiatesNoWeightOfAConvolution() {
    GradientCase conv =
        GradientCase.of("Conv", "", random.normal(1, 1, 4, 4), random.normal(1, 1, 3, 3));

    assertRefused(conv, "only the input of a convolution", "'in1'");
  }

  @Test
  void asksForAnOperatorSetThatCanAddUpTheGradientsOfMaxPool() {
    GradientCase pool =
        GradientCase.of("MaxPool", "", random.normal(1, 1, 4))
            .with("kernel_shape", new long[] {3})
            .opset(15);

    assertRefused(pool, "operator set 16", "opset_version=16");
  }

  @Test
  void asksForExplicitPadsWhereTheyDependOnAnOpenSize() {
    GradientCase conv =
        GradientCase.of("Conv", "", random.normal(1, 1, 4))
            .constant(random.normal(1, 1, 3))
            .with("auto_pad", "SAME_UPPER")
            .with("strides", new long[] {2})
            .open(0, 2);

    assertRefused(conv, "spatial axis 0", "explicit pads");
  }

  @Test
  void asksForAFixedSizeWhereTheBordersAreAveragedDifferently() {
    GradientCase pool =
        GradientCase.of("AveragePool", "", random.normal(1, 1, 4))
            .with("kernel_shape", new long[] {3})
            .with("pads", new long[] {1, 1})
            .open(0, 2);

    assertRefused(pool, "spatial axis 0", "fixed size");
  }

  @Test
  void namesTheModeThatItDoesNotCover() {
    GradientCase pad =
        GradientCase.of("Pad", "", random.normal(3))
            .constant(Tensor.ofLongs(Shape.of(2), 1, 1))
            .with("mode", "reflect");
    GradientCase resize =
        GradientCase.of("Resize", "", random.normal(1, 1, 4))
            .omitted()
            .constant(Tensor.ofFloats(Shape.of(3), 1, 1, 2))
            .with("mode", "linear");

    assertRefused(pad, "'reflect'");
    assertRefused(resize, "mode linear");
  }

  @Test
  void givesTheGradientOfEqualMaximaToOneOfThem() {
    GradientCase pool =
        GradientCase.of("MaxPool", "", Tensor.ofFloats(Shape.of(1, 1, 3), 0, 0, 0))
            .with("kernel_shape", new long[] {2});
    Gradients gradients = differentiate(pool);
    Map<String, Tensor> inputs =
        Map.of(
            "in0", Tensor.ofFloats(Shape.of(1, 1, 3), 0, 0, 0),
            "seed", Tensor.ofFloats(Shape.of(1, 1, 2), 3, 5));

    Tensor exact = Interpreter.run(gradients.joint(), inputs).get(gradients.gradients().get(0));
    Tensor onRuntime = OrtRunner.run(gradients.joint(), inputs).get(gradients.gradients().get(0));

    assertThat(exact.toDoubles()).containsExactly(3, 5, 0);
    assertThat(onRuntime.toDoubles()).containsExactly(3, 5, 0);
  }

  private static void assertRefused(GradientCase refused, String... reasons) {
    assertThatThrownBy(() -> differentiate(refused))
        .isInstanceOf(NotDifferentiableException.class)
        .hasMessageContaining("'out0'")
        .hasMessageContainingAll(reasons);
  }

  private static Gradients differentiate(GradientCase of) {
    return ReverseMode.differentiate(of.model(), "out0", "seed", of.targets(), Set.of());
  }
}
