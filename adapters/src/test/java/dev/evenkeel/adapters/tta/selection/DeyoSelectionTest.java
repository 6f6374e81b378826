package dev.evenkeel.adapters.tta.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.tta.objective.Probabilities;
import org.junit.jupiter.api.Test;

class DeyoSelectionTest {
  private static final Selection DEYO = new DeyoSelection(0.5, 0.4, 0.2, true, true);
  // Confident of class 0, confident of class 1, undecided.
  private static final Probabilities BATCH =
      Probabilities.of(new float[] {4, 0, 0, 4, 0.1f, 0}, 3, 2);
  private static final Probabilities DESTROYED =
      Probabilities.of(new float[] {0, 0, 0, 4, 0, 0}, 3, 2);

  @Test
  void destroysOnlyConfidentRowsAndKeepsThoseWhoseProbabilityDrops() {
    FixedSignals signals = FixedSignals.of(BATCH).withDestroyed(DESTROYED);
    Selected kept = DEYO.select(signals, Selected.all(3));
    assertThat(signals.asked()).hasSize(1);
    assertThat(signals.asked().get(0)).containsExactly(true, true, false);
    assertThat(kept.kept()).containsExactly(true, false, false);
  }

  @Test
  void addsItsTwoWeights() {
    FixedSignals signals = FixedSignals.of(BATCH).withDestroyed(DESTROYED);
    double entropy = Math.exp(0.4 * Math.log(2) - BATCH.entropy(0));
    double drop = Math.exp(BATCH.probability(0, 0) - 0.5);
    assertThat(weight(signals, true, true)).isCloseTo(entropy + drop, within(1e-12));
    assertThat(weight(signals, true, false)).isCloseTo(entropy, within(1e-12));
    assertThat(weight(signals, false, true)).isCloseTo(drop, within(1e-12));
    assertThat(weight(signals, false, false)).isEqualTo(1);
  }

  @Test
  void keepsNothingWhereDestructionChangesNothing() {
    assertThat(DEYO.select(FixedSignals.of(BATCH), Selected.all(3)).count()).isZero();
  }

  @Test
  void rejectsARowWhoseDestroyedSampleGaveNonFiniteLogits() {
    FixedSignals signals =
        FixedSignals.of(BATCH)
            .withDestroyed(Probabilities.of(new float[] {Float.NaN, 0, 4, 0, 0, 0}, 3, 2));
    assertThat(DEYO.select(signals, Selected.all(3)).kept()).containsExactly(false, true, false);
  }

  @Test
  void destroysNothingWhereNothingIsConfident() {
    FixedSignals signals = FixedSignals.of(Probabilities.of(new float[4], 2, 2));
    assertThat(DEYO.select(signals, Selected.all(2)).count()).isZero();
    assertThat(signals.asked()).isEmpty();
  }

  @Test
  void withWideLimitsAndNoWeightsItIsNoSelection() {
    Selection open = new DeyoSelection(10, 0.4, -2, false, false);
    assertThat(open.select(FixedSignals.of(BATCH), Selected.all(3)).weights()).containsOnly(1);
  }

  @Test
  void honoursWhatEarlierSelectionsKept() {
    FixedSignals signals = FixedSignals.of(BATCH).withDestroyed(DESTROYED);
    Selected before = new Selected(new boolean[] {false, true, true}, new double[] {0, 2, 2});
    assertThat(DEYO.select(signals, before).count()).isZero();
    assertThat(signals.asked().get(0)).containsExactly(false, true, false);
  }

  @Test
  void theDropAloneWeighsByItsExponential() {
    FixedSignals signals = FixedSignals.of(BATCH).withDestroyed(DESTROYED);
    Selected before = new Selected(new boolean[] {true, true, true}, new double[] {3, 1, 1});
    Selected kept = new PlpdSelection(0.2, true).select(signals, before);
    assertThat(kept.kept()).containsExactly(true, false, false);
    assertThat(kept.weights()[0])
        .isCloseTo(3 * Math.exp(BATCH.probability(0, 0) - 0.5), within(1e-12));
  }

  @Test
  void theThresholdIsStrict() {
    // Both forwards agree exactly, so the drop is exactly 0.
    FixedSignals signals = FixedSignals.of(BATCH);
    assertThat(new PlpdSelection(0, false).select(signals, Selected.all(3)).count()).isZero();
    assertThat(new PlpdSelection(-1e-9, false).select(signals, Selected.all(3)).count())
        .isEqualTo(3);
  }

  @Test
  void refusesOptionsOutOfRange() {
    assertThatThrownBy(() -> new DeyoSelection(-1, 0.4, 0.2, true, true))
        .hasMessageContaining("Entropy margin is -1.0");
    assertThatThrownBy(() -> new DeyoSelection(0.5, 0.4, Double.NaN, true, true))
        .hasMessageContaining("Threshold");
  }

  private static double weight(Signals signals, boolean entropy, boolean drop) {
    return new DeyoSelection(0.5, 0.4, 0.2, entropy, drop)
        .select(signals, Selected.all(3))
        .weights()[0];
  }
}
