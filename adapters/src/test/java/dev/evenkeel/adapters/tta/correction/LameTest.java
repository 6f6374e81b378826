package dev.evenkeel.adapters.tta.correction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.testing.RandomTensors;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LameTest {
  private static final int SAMPLES = 12;
  private static final int CLASSES = 4;
  private static final int WIDTH = 6;

  private final RandomTensors random = RandomTensors.seeded();
  private final float[] logits = random.normal(SAMPLES, CLASSES).toFloats();
  private final float[] features = random.normal(SAMPLES, WIDTH).toFloats();

  @ParameterizedTest
  @EnumSource(Affinity.class)
  void withoutStrengthNothingChanges(Affinity affinity) {
    assertClose(run(new Lame(affinity, 5, 0, 100), logits, features), plain(logits), 1e-6);
  }

  @ParameterizedTest
  @EnumSource(Affinity.class)
  void aSampleAloneKeepsItsAnswer(Affinity affinity) {
    float[] alone = Arrays.copyOf(logits, CLASSES);
    float[] corrected = run(new Lame(affinity, 5, 1, 100), alone, Arrays.copyOf(features, WIDTH));
    assertClose(corrected, plain(alone), 1e-6);
  }

  @ParameterizedTest
  @EnumSource(Affinity.class)
  void rowsAreDistributionsAndTheInputStaysAsItIs(Affinity affinity) {
    float[] before = logits.clone();
    float[] corrected = run(new Lame(affinity, 3, 1, 100), logits, features);
    for (int row = 0; row < SAMPLES; row++) {
      double sum = 0;
      for (int y = 0; y < CLASSES; y++) {
        sum += Math.exp(corrected[row * CLASSES + y]);
      }
      assertThat(sum).as("row %d, %s", row, random).isCloseTo(1, within(1e-5));
    }
    assertThat(logits).isEqualTo(before);
    assertThat(corrected).as("%s", random).isNotEqualTo(plain(logits));
  }

  @ParameterizedTest
  @EnumSource(Affinity.class)
  void orderOfSamplesAndOfClassesDoesNotMatter(Affinity affinity) {
    Lame lame = new Lame(affinity, 3, 1, 100);
    float[] corrected = run(lame, logits, features);
    int[] samples = {3, 1, 0, 2, 7, 11, 5, 4, 10, 9, 8, 6};
    int[] classes = {2, 0, 3, 1};
    float[] otherLogits = new float[logits.length];
    float[] otherFeatures = new float[features.length];
    float[] expected = new float[logits.length];
    for (int i = 0; i < SAMPLES; i++) {
      System.arraycopy(features, samples[i] * WIDTH, otherFeatures, i * WIDTH, WIDTH);
      for (int y = 0; y < CLASSES; y++) {
        otherLogits[i * CLASSES + y] = logits[samples[i] * CLASSES + classes[y]];
        expected[i * CLASSES + y] = corrected[samples[i] * CLASSES + classes[y]];
      }
    }
    assertClose(run(lame, otherLogits, otherFeatures), expected, 1e-4);
  }

  @ParameterizedTest
  @EnumSource(
      value = Affinity.class,
      names = {"RBF", "LINEAR"})
  void everyIterationLowersTheEnergy(Affinity affinity) {
    double[] directions = new double[SAMPLES * WIDTH];
    for (int i = 0; i < SAMPLES; i++) {
      double square = 0;
      for (int k = 0; k < WIDTH; k++) {
        square += features[i * WIDTH + k] * features[i * WIDTH + k];
      }
      for (int k = 0; k < WIDTH; k++) {
        directions[i * WIDTH + k] = features[i * WIDTH + k] / Math.sqrt(square);
      }
    }
    double[] similar = affinity.between(directions, SAMPLES, 5);
    double before = energy(plain(logits), similar);
    double first = before;
    for (int iterations = 1; iterations <= 20; iterations++) {
      double after = energy(run(new Lame(affinity, 5, 1, iterations), logits, features), similar);
      assertThat(after)
          .as("energy after %d iterations, %s", iterations, random)
          .isLessThanOrEqualTo(before + 1e-5);
      before = after;
    }
    assertThat(before).isLessThan(first - 0.1);
  }

  @Test
  void equalFeaturesGiveTheConsensusOfTheBatch() {
    float[] equal = new float[SAMPLES * WIDTH];
    Arrays.fill(equal, 1);
    float[] mostlySecond = new float[SAMPLES * CLASSES];
    for (int i = 0; i < SAMPLES; i++) {
      mostlySecond[i * CLASSES + (i < 3 ? 0 : 1)] = 1;
    }
    for (Affinity affinity : Affinity.values()) {
      float[] corrected = run(new Lame(affinity, SAMPLES - 1, 1, 100), mostlySecond, equal);
      for (int i = 0; i < SAMPLES; i++) {
        assertThat(Math.exp(corrected[i * CLASSES + 1])).as("row %d", i).isGreaterThan(0.9);
      }
    }
  }

  @Test
  void nearestNeighboursLeaveOutTheSampleItself() {
    double[] affinity = Affinity.KNN.between(new double[] {0, 1, 3, 7}, 4, 1);
    assertThat(affinity).containsExactly(0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0);
  }

  @Test
  void widthOfTheKernelCountsTheSampleItself() {
    // Distances to the second entry of the sorted rows: 1, 1, 2, 4; mean 2.
    double[] affinity = Affinity.RBF.between(new double[] {0, 1, 3, 7}, 4, 2);
    assertThat(affinity[0]).isEqualTo(1);
    assertThat(affinity[1]).isCloseTo(Math.exp(-1 / 8.0), within(1e-12));
    assertThat(affinity[3]).isCloseTo(Math.exp(-49 / 8.0), within(1e-12));
  }

  @ParameterizedTest
  @EnumSource(Affinity.class)
  void aRowThatIsNoNumberHasNoNeighbours(Affinity affinity) {
    Lame lame = new Lame(affinity, 3, 1, 100);
    float[] broken = features.clone();
    broken[2 * WIDTH + 1] = Float.NaN;
    float[] corrected = run(lame, logits, broken);
    float[] others = run(lame, without(logits, 2, CLASSES), without(features, 2, WIDTH));
    assertClose(without(corrected, 2, CLASSES), others, 1e-6);
    float[] own = Arrays.copyOfRange(corrected, 2 * CLASSES, 3 * CLASSES);
    assertClose(own, Arrays.copyOfRange(plain(logits), 2 * CLASSES, 3 * CLASSES), 1e-6);
  }

  @ParameterizedTest
  @EnumSource(Affinity.class)
  void duplicatesZerosAndCertaintyStayFinite(Affinity affinity) {
    float[] certain = new float[SAMPLES * CLASSES];
    for (int i = 0; i < SAMPLES; i++) {
      certain[i * CLASSES + i % CLASSES] = 1e4f;
    }
    float[] corrected = run(new Lame(affinity, 5, 1, 100), certain, new float[SAMPLES * WIDTH]);
    for (float value : corrected) {
      assertThat(value).isFinite().isGreaterThanOrEqualTo((float) Math.log(1e-30));
    }
  }

  @Test
  void refusesMissingFeatures() {
    Lame lame = new Lame(Affinity.RBF, 5, 1, 100);
    assertThatThrownBy(() -> lame.correct(logits, Optional.empty(), SAMPLES, CLASSES))
        .hasMessageContaining("needs features");
    assertThatThrownBy(() -> lame.correct(logits, Optional.of(features), SAMPLES, CLASSES + 1))
        .hasMessageContaining("48 logits for 12 samples of 5 classes");
    assertThatThrownBy(() -> new Lame(Affinity.RBF, 0, 1, 100)).hasMessageContaining("0 neighb");
  }

  private static float[] run(Lame lame, float[] logits, float[] features) {
    return lame.correct(logits, Optional.of(features), logits.length / CLASSES, CLASSES);
  }

  private static float[] plain(float[] logits) {
    double[] probabilities = Rows.softmax(logits, CLASSES);
    float[] logarithms = new float[logits.length];
    for (int i = 0; i < logarithms.length; i++) {
      logarithms[i] = (float) Math.log(probabilities[i]);
    }
    return logarithms;
  }

  private static float[] without(float[] values, int row, int width) {
    float[] left = Arrays.copyOf(values, values.length - width);
    System.arraycopy(
        values, (row + 1) * width, left, row * width, values.length - (row + 1) * width);
    return left;
  }

  /** {@code sum Y (ln Y - ln p) - Y A Y / 2}, which LAME minimises. */
  private double energy(float[] logarithms, double[] affinity) {
    float[] prior = plain(logits);
    double energy = 0;
    for (int i = 0; i < SAMPLES; i++) {
      for (int y = 0; y < CLASSES; y++) {
        double agreement = 0;
        for (int j = 0; j < SAMPLES; j++) {
          agreement += affinity[i * SAMPLES + j] * Math.exp(logarithms[j * CLASSES + y]);
        }
        int at = i * CLASSES + y;
        energy += Math.exp(logarithms[at]) * (logarithms[at] - prior[at] - agreement / 2);
      }
    }
    return energy;
  }

  private void assertClose(float[] actual, float[] expected, double tolerance) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("element %d, %s", i, random)
          .isCloseTo(expected[i], within(tolerance * Math.max(1, Math.abs(expected[i]))));
    }
  }
}
