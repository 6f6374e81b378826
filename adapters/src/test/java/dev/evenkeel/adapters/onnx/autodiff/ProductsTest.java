package dev.evenkeel.adapters.onnx.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.onnx.shape.ShapeInference;
import dev.evenkeel.adapters.testing.RandomTensors;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProductsTest {
  /** What shape inference understands, but no gradient passes through. */
  private static final List<String> WITHOUT_RULE =
      List.of(
          "And",
          "ArgMax",
          "ArgMin",
          "Constant",
          "ConstantOfShape",
          "CumSum",
          "Equal",
          "GlobalLpPool",
          "Greater",
          "GreaterOrEqual",
          "Hardmax",
          "IsInf",
          "IsNaN",
          "LRN",
          "Less",
          "LessOrEqual",
          "LpPool",
          "MeanVarianceNormalization",
          "Mod",
          "Not",
          "OneHot",
          "Or",
          "Range",
          "ReduceProd",
          "ScatterElements",
          "ScatterND",
          "Shape",
          "Size",
          "Trilu",
          "Xor");

  static Stream<GradientCase> cases() {
    return GradientCases.all(RandomTensors.seeded()).stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithDifferences(GradientCase gradient) {
    gradient.check();
  }

  @Test
  void everyRuleHasACase() {
    assertThat(cases().map(GradientCase::opType).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(Products.TABLE.keySet());
  }

  @Test
  void theOperatorsWithoutARuleAreKnown() {
    Set<String> without = new TreeSet<>(ShapeInference.operators());
    without.removeAll(Products.TABLE.keySet());

    assertThat(without).containsExactlyElementsOf(WITHOUT_RULE);
  }
}
