package dev.evenkeel.adapters.tta.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.testing.RandomTensors;
import org.junit.jupiter.api.Test;

class StepRulesTest {
  @Test
  void capHoldsInEveryLayerAndKeepsTheDirection() {
    RandomTensors random = RandomTensors.seeded();
    int[] ends = {3, 10, 11, 40};
    for (int round = 0; round < 200; round++) {
      float[] before = random.normal(40).toFloats();
      float[] step = random.normal(40).toFloats();
      float[] after = before.clone();
      for (int i = 0; i < 40; i++) {
        after[i] += 0.02f * step[i];
      }
      float[] capped = StepCap.apply(before, after, ends, 0.01);
      int begin = 0;
      for (int end : ends) {
        double size = length(before, new float[40], begin, end);
        double asked = length(after, before, begin, end);
        double moved = length(capped, before, begin, end);
        assertThat(moved)
            .as("layer up to %d, %s", end, random)
            .isCloseTo(Math.min(asked, 0.01 * size), within(1e-6));
        begin = end;
      }
    }
  }

  @Test
  void capFreezesALayerOfZerosAndLeavesSmallStepsAsTheyAre() {
    float[] capped =
        StepCap.apply(new float[] {0, 1}, new float[] {0.1f, 1.001f}, new int[] {1, 2}, 0.01);
    assertThat(capped).containsExactly(0f, 1.001f);
  }

  @Test
  void capRefusesLayersThatDoNotCoverTheParameters() {
    assertThatThrownBy(() -> StepCap.apply(new float[2], new float[2], new int[] {1}, 0.01))
        .hasMessageContaining("end at 1 for parameters of length 2");
  }

  @Test
  void linearRateMovesEachSampleEquallyFar() {
    for (int selected = 1; selected <= 64; selected++) {
      assertThat(LearningRate.LINEAR.of(0.1, selected, 64) / selected)
          .isCloseTo(0.1 / 64, within(1e-12));
    }
    assertThat(LearningRate.LINEAR.of(0.1, 100, 64)).isEqualTo(0.1);
    assertThat(LearningRate.SQRT.of(0.1, 16, 64)).isCloseTo(0.05, within(1e-12));
    assertThat(LearningRate.NONE.of(0.1, 1, 64)).isEqualTo(0.1);
    assertThatThrownBy(() -> LearningRate.NONE.of(0.1, 1, 0)).hasMessageContaining("of 0");
  }

  @Test
  void climbGoesRhoUphillInTheJointNorm() {
    float[] climbed = SharpnessAware.climb(new float[] {1, 1, 1}, new float[] {3, 0, 4}, 0.5);
    assertThat(climbed).containsExactly(1.3f, 1, 1.4f);
    assertThat(SharpnessAware.climb(new float[] {1}, new float[] {0}, 0.5)).containsExactly(1);
  }

  private static double length(float[] a, float[] b, int begin, int end) {
    double square = 0;
    for (int i = begin; i < end; i++) {
      square += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    }
    return Math.sqrt(square);
  }
}
