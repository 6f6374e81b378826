package dev.evenkeel.adapters.onnx.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.testing.RandomTensors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProductsTest {
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
}
