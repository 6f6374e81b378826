package dev.evenkeel.adapters.tta.correction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class BatchPriorTest {
  @Test
  void scalesLogitsByTheSmoothedMeanProbabilities() {
    float ln3 = (float) Math.log(3);
    float[] logits = {ln3, 0, ln3, 0, 0, 0, 0, ln3};
    // Mean probabilities (3/4 + 3/4 + 1/2 + 1/4) / 4 = 9/16 and 7/16; smoothing 1/2 / (9/16) = 8/9.
    double first = (9 / 16.0 + 8 / 9.0) / (1 + 16 / 9.0);
    double second = (7 / 16.0 + 8 / 9.0) / (1 + 16 / 9.0);
    float[] corrected = new BatchPrior().correct(logits, Optional.empty(), 4, 2);
    assertThat((double) corrected[0]).isCloseTo(ln3 * first, within(1e-6));
    assertThat((double) corrected[7]).isCloseTo(ln3 * second, within(1e-6));
    assertThat(corrected[1]).isZero();
  }

  @Test
  void balancedBatchesAreScaledAlike() {
    float[] corrected =
        new BatchPrior().correct(new float[] {2, -1, -1, 2}, Optional.empty(), 2, 2);
    assertThat(corrected).containsExactly(1, -0.5f, -0.5f, 1);
  }

  @Test
  void aSingleSampleKeepsItsLabel() {
    float[] corrected = new BatchPrior().correct(new float[] {1, 3, 2}, Optional.empty(), 1, 3);
    assertThat(corrected[1]).isGreaterThan(corrected[2]).isGreaterThan(corrected[0]);
  }
}
