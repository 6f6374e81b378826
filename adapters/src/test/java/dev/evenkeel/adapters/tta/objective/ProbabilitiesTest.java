package dev.evenkeel.adapters.tta.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ProbabilitiesTest {
  @Test
  void probabilitiesSumToOneAndEntropyLiesBetweenZeroAndItsBound() {
    Probabilities p = Probabilities.of(new float[] {1, 2, 3, 0, 0, 0, 500, 0, -500}, 3, 3);
    for (int row = 0; row < 3; row++) {
      double sum = p.probability(row, 0) + p.probability(row, 1) + p.probability(row, 2);
      assertThat(sum).isCloseTo(1, within(1e-12));
    }
    assertThat(p.entropy(1)).isCloseTo(Math.log(3), within(1e-12));
    assertThat(p.entropy(2)).isCloseTo(0, within(1e-200));
    assertThat(p.logarithm(2, 2)).isCloseTo(-1000, within(1e-9));
  }

  @Test
  void tiesGoToTheLowestClass() {
    assertThat(Probabilities.of(new float[] {1, 3, 3}, 1, 3).argMax(0)).isEqualTo(1);
  }

  @Test
  void aRowWithANonFiniteLogitIsNotANumberThroughoutAndHarmsNoOther() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      Probabilities p = Probabilities.of(new float[] {bad, 0, 1, 2}, 2, 2);
      assertThat(p.entropy(0)).isNaN();
      assertThat(p.probability(0, 1)).isNaN();
      assertThat(p.logarithm(0, 1)).isNaN();
      assertThat(p.entropy(1)).isPositive();
    }
  }
}
