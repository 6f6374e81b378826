package dev.evenkeel.adapters.labelshift.estimator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.labelshift.Gaussians;
import org.junit.jupiter.api.Test;

class PriorCorrectionTest {
  private final long seed = Long.getLong("evenkeel.seed", 43);
  private final double[] batch = new Gaussians(seed).batch(Gaussians.SOURCE, 100, 1);
  private final PriorCorrection correction = new PriorCorrection(Gaussians.SOURCE);

  @Test
  void changesNothingWhereNothingShifted() {
    assertThat(correction.correct(batch, Gaussians.SOURCE))
        .as("seed %d", seed)
        .containsExactly(batch, within(1e-12));
  }

  @Test
  void isUndoneByItsInverse() {
    double[] prior = {0.7, 0.1, 0.1, 0.1};
    double[] corrected = correction.correct(batch, prior);
    assertThat(corrected).isNotEqualTo(batch);
    assertThat(new PriorCorrection(prior).correct(corrected, Gaussians.SOURCE))
        .as("seed %d", seed)
        .containsExactly(batch, within(1e-9));
  }

  @Test
  void followsTheBayesRule() {
    assertThat(correction.correct(new double[] {0.4, 0.3, 0.2, 0.1}, new double[] {0, 0, 0.2, 0.8}))
        .containsExactly(
            new double[] {0.00025 / 1.0005, 0.00025 / 1.0005, 0.2 / 1.0005, 0.8 / 1.0005},
            within(1e-12));
  }

  @Test
  void givesNothingToClassesThatTheSourceDoesNotHave() {
    PriorCorrection two = new PriorCorrection(new double[] {0.5, 0.5, 0});
    assertThat(two.offsets(new double[] {0.2, 0.3, 0.5})[2]).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(two.correct(new double[] {0.3, 0.3, 0.4}, new double[] {0.2, 0.8, 0}))
        .containsExactly(new double[] {0.2, 0.8, 0}, within(1e-12));
  }
}
