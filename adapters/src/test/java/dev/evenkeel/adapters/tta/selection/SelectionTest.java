package dev.evenkeel.adapters.tta.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.testing.RandomTensors;
import dev.evenkeel.adapters.tta.objective.Probabilities;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SelectionTest {
  private static final int ROWS = 40;
  private static final int CLASSES = 4;
  private static final RandomTensors RANDOM = RandomTensors.seeded();

  @Test
  void entropyKeepsConfidentRowsStrictlyBelowTheMargin() {
    // Uniform over two of two classes: the entropy is the margin itself.
    Probabilities batch = Probabilities.of(new float[] {0, 0, 3, 0, Float.NaN, 0}, 3, 2);
    Selected kept =
        new EntropySelection(1, false, 0.4).select(FixedSignals.of(batch), Selected.all(3));
    assertThat(kept.kept()).containsExactly(false, true, false);
    assertThat(kept.weights()).containsExactly(0, 1, 0);
  }

  @Test
  void entropyWeighsByTheDistanceToItsCentre() {
    Probabilities batch = Probabilities.of(logits(3), ROWS, CLASSES);
    Selected kept =
        new EntropySelection(0.5, true, 0.4).select(FixedSignals.of(batch), Selected.all(ROWS));
    assertThat(kept.count()).as(RANDOM.toString()).isBetween(1, ROWS - 1);
    for (int row = 0; row < ROWS; row++) {
      double entropy = batch.entropy(row);
      boolean confident = entropy < 0.5 * Math.log(CLASSES);
      double weight = confident ? Math.exp(0.4 * Math.log(CLASSES) - entropy) : 0;
      assertThat(kept.kept()[row]).isEqualTo(confident);
      assertThat(kept.weights()[row]).isCloseTo(weight, within(1e-12));
    }
  }

  @Test
  void redundancyDropsWhatLooksLikeTheAverage() {
    Probabilities batch = Probabilities.of(new float[] {20, 0, 0, 20}, 2, 2);
    FixedSignals signals = FixedSignals.of(batch);
    Selection selection = new RedundancySelection(0.4);
    assertThat(selection.select(signals, Selected.all(2)).kept()).containsExactly(true, true);
    assertThat(selection.select(signals.withAverage(1, 0), Selected.all(2)).kept())
        .containsExactly(false, true);
  }

  @Test
  void aTinyRedundancyMarginPassesNothingAfterTheFirstBatch() {
    Probabilities batch = Probabilities.of(logits(2), ROWS, CLASSES);
    float[] average =
        ClassAverage.update(Optional.empty(), batch, Selected.all(ROWS).kept()).orElseThrow();
    FixedSignals signals = FixedSignals.of(batch).withAverage(average);
    assertThat(new RedundancySelection(1e-9).select(signals, Selected.all(ROWS)).count()).isZero();
  }

  @Test
  void confidenceDifferenceKeepsEverythingWhileTheModelsAreEqual() {
    FixedSignals signals = FixedSignals.of(Probabilities.of(logits(2), ROWS, CLASSES));
    assertThat(new ConfidenceDifferenceSelection().select(signals, Selected.all(ROWS)).count())
        .isEqualTo(ROWS);
  }

  @Test
  void protectedClassesLoseNoSampleToOthers() {
    // Rows: lost, kept, won, moved between others, lost from an unprotected class.
    Probabilities original =
        Probabilities.of(new float[] {0, 0, 3, 0, 0, 3, 3, 0, 0, 0, 3, 0, 0, 3, 0}, 5, 3);
    Probabilities adapted =
        Probabilities.of(new float[] {3, 0, 0, 0, 0, 3, 0, 0, 3, 3, 0, 0, 0, 0, 3}, 5, 3);
    FixedSignals signals = FixedSignals.of(adapted).withOriginal(original);
    assertThat(new ProtectedClassSelection(Set.of(2)).select(signals, Selected.all(5)).kept())
        .containsExactly(false, true, true, true, true);
    assertThat(new ProtectedClassSelection(Set.of(1, 2)).select(signals, Selected.all(5)).kept())
        .containsExactly(false, true, true, false, false);
  }

  @Test
  void confidenceDifferenceKeepsSharperRowsAndDropsFlatterOnes() {
    float[] logits = logits(2);
    Probabilities original = Probabilities.of(logits, ROWS, CLASSES);
    Selection selection = new ConfidenceDifferenceSelection();
    for (float factor : new float[] {1.5f, 0.5f}) {
      float[] tempered = logits.clone();
      for (int i = 0; i < tempered.length; i++) {
        tempered[i] *= factor;
      }
      FixedSignals signals =
          FixedSignals.of(Probabilities.of(tempered, ROWS, CLASSES)).withOriginal(original);
      assertThat(selection.select(signals, Selected.all(ROWS)).count())
          .as("factor %s, %s", factor, RANDOM)
          .isEqualTo(factor > 1 ? ROWS : 0);
    }
  }

  @Test
  void confidenceDifferenceDoesNotDependOnTheOrderOfTheClassesOrOnAConstant() {
    float[] adapted = logits(2);
    float[] original = logits(2);
    boolean[] kept = confident(adapted, original);
    assertThat(confident(reversed(adapted), reversed(original))).isEqualTo(kept);
    float[] shifted = adapted.clone();
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] += 8;
    }
    assertThat(confident(shifted, original)).as(RANDOM.toString()).isEqualTo(kept);
  }

  @Test
  void confidenceDifferenceTakesTheClassOfTheOriginal() {
    Probabilities original = Probabilities.of(new float[] {2, 0}, 1, 2);
    // Surer than the original, but of the other class.
    FixedSignals signals =
        FixedSignals.of(Probabilities.of(new float[] {0, 9}, 1, 2)).withOriginal(original);
    assertThat(new ConfidenceDifferenceSelection().select(signals, Selected.all(1)).count())
        .isZero();
  }

  @Test
  void diversityAndCertaintyFollowTheirFormula() {
    Probabilities batch = Probabilities.of(new float[] {3, 0, 0, 3, 1, 0}, 3, 2);
    float[] average = {0.9f, 0.1f};
    Selected kept =
        new DiversityCertaintySelection(1.0 / 3)
            .select(FixedSignals.of(batch).withAverage(average), Selected.all(3));
    // Row 1 is the most diverse and, with row 0, the most certain: exp(1 * 1 * 3).
    assertThat(kept.kept()).containsExactly(false, true, false);
    assertThat(kept.weights()[1]).isCloseTo(Math.exp(3), within(1e-9));
  }

  @Test
  void diversityKeepsEverythingWhereAllRowsAreAlike() {
    Selection selection = new DiversityCertaintySelection(1.0 / 3);
    for (int rows : new int[] {1, 3}) {
      float[] logits = new float[2 * rows];
      for (int row = 0; row < rows; row++) {
        logits[2 * row] = 1;
      }
      Selected kept =
          selection.select(FixedSignals.of(Probabilities.of(logits, rows, 2)), Selected.all(rows));
      assertThat(kept.weights()).containsOnly(1).hasSize(rows);
    }
  }

  @Test
  void selectionsCombineByIntersectionAndProduct() {
    Selected one = new Selected(new boolean[] {true, true, false}, new double[] {2, 3, 9});
    Selected two = new Selected(new boolean[] {true, false, true}, new double[] {5, 7, 1});
    assertThat(one.intersect(two).kept()).containsExactly(true, false, false);
    assertThat(one.intersect(two).weights()).containsExactly(10, 0, 0);
    assertThat(one.coefficients(2)).containsExactly(1, 1.5, 0);
  }

  @Test
  void averageStaysUndefinedUntilARowCounts() {
    Probabilities batch = Probabilities.of(new float[] {20, -20, -20, 20}, 2, 2);
    assertThat(ClassAverage.update(Optional.empty(), batch, new boolean[2])).isEmpty();
    Optional<float[]> first =
        ClassAverage.update(Optional.empty(), batch, new boolean[] {true, false});
    assertThat(first.orElseThrow()).containsExactly(new float[] {1, 0}, within(1e-6f));
    assertThat(ClassAverage.update(first, batch, new boolean[2])).isSameAs(first);
    assertThat(ClassAverage.update(first, batch, new boolean[] {false, true}).orElseThrow())
        .containsExactly(new float[] {0.9f, 0.1f}, within(1e-6f));
  }

  @Test
  void refusesOptionsOutOfRange() {
    assertThatThrownBy(() -> new EntropySelection(0, false, 0.4))
        .hasMessageContaining("Entropy margin is 0.0");
    assertThatThrownBy(() -> new RedundancySelection(1.5))
        .hasMessageContaining("Redundancy margin is 1.5");
    assertThatThrownBy(() -> new PlpdSelection(Double.NaN, false)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> new DiversityCertaintySelection(0))
        .hasMessageContaining("Temperature is 0.0");
    assertThatThrownBy(() -> new Selected(new boolean[] {true}, new double[] {-1}))
        .hasMessageContaining("Weight -1.0 of row 0");
    assertThatThrownBy(() -> Selected.all(2).coefficients(0)).hasMessageContaining("Denominator");
  }

  private static boolean[] confident(float[] adapted, float[] original) {
    FixedSignals signals =
        FixedSignals.of(Probabilities.of(adapted, ROWS, CLASSES))
            .withOriginal(Probabilities.of(original, ROWS, CLASSES));
    return new ConfidenceDifferenceSelection().select(signals, Selected.all(ROWS)).kept();
  }

  private static float[] reversed(float[] logits) {
    float[] reversed = new float[logits.length];
    for (int i = 0; i < logits.length; i++) {
      reversed[i] = logits[i / CLASSES * CLASSES + CLASSES - 1 - i % CLASSES];
    }
    return reversed;
  }

  private static float[] logits(double scale) {
    return RANDOM.uniform(-scale, scale, ROWS, CLASSES).toFloats();
  }
}
