package dev.evenkeel.adapters.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.drift.PredictionWindow.Batch;
import dev.evenkeel.adapters.drift.PredictionWindow.Fate;
import dev.evenkeel.adapters.labelshift.Gaussians;
import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PredictionWindowTest {
  private static final double[] NO_ESTIMATE = {};

  @Test
  void tellsMeansCountsAndTimes() {
    PredictionWindow window = new PredictionWindow(3);
    Answered emitted =
        answered(new double[][] {{0.7, 0.2, 0.1}, {0.1, 0.4, 0.5}}, new int[] {0, 2}, Double.NaN);
    Answered source =
        answered(new double[][] {{0.7, 0.2, 0.1}, {0.1, 0.5, 0.4}}, new int[] {0, 1}, Double.NaN);
    window.add(new Batch(emitted, source, NO_ESTIMATE, 4, Fate.ADAPTED, 2, 1, 50, 100), null);
    Answered alone = answered(new double[][] {{0.1, 0.8, 0.1}}, new int[] {1}, Double.NaN);
    window.add(
        new Batch(alone, null, new double[] {0.5, 0.3, 0.2}, 5, Fate.SKIPPED, 1, 0, 80, 80), null);

    assertThat(window.samples()).isEqualTo(3);
    assertThat(window.batches()).isEqualTo(2);
    assertThat(window.updates()).isEqualTo(1);
    assertThat(window.skipped()).isEqualTo(1);
    assertThat(window.acceptedRatio()).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(window.start()).isEqualTo(50);
    assertThat(window.end()).isEqualTo(100);
    assertThat(window.lastStep()).isEqualTo(5);
    assertThat(window.emitted().meanConfidence()).isCloseTo(2.0 / 3, within(1e-6));
    assertThat(window.emitted().meanMargin()).isCloseTo((0.5 + 0.1 + 0.7) / 3, within(1e-6));
    assertThat(window.emitted().counts()).containsExactly(1, 1, 1);
    assertThat(window.source().samples()).isEqualTo(2);
    assertThat(window.source().counts()).containsExactly(1, 1, 0);
    assertThat(window.agreement()).isEqualTo(0.5);
    assertThat(window.estimatedLabels()).containsExactly(0.5, 0.3, 0.2);
    assertThat(window.confidenceDistance()).as("no reference").isNaN();
  }

  @Test
  void diversityCountsTheClassesThatAreThere() {
    PredictionWindow even = new PredictionWindow(3);
    PredictionWindow collapsed = new PredictionWindow(3);
    for (int y = 0; y < 3; y++) {
      even.add(batch(certain(y), y), null);
      collapsed.add(batch(certain(1), 1), null);
    }
    assertThat(even.emitted().diversity()).isCloseTo(3, within(1e-6));
    assertThat(collapsed.emitted().diversity()).isCloseTo(1, within(1e-6));
    assertThat(even.agreement()).isNaN();
  }

  @Test
  void onTheSourceItTellsTheSourcesFigures() {
    Gaussians world = new Gaussians(3);
    DriftReference reference = DriftReference.of(world.profile(20_000));
    PredictionWindow same = window(world, reference, 1);
    assertThat(same.confidenceDistance()).isLessThan(0.02);
    assertThat(same.entropyDistance()).isLessThan(0.02);
    assertThat(same.emitted().shareAboveThreshold())
        .isCloseTo(reference.profile().accuracy(), within(0.02));
    assertThat(same.emitted().meanCalibratedConfidence())
        .isCloseTo(reference.profile().meanConfidence(), within(0.01));
    PredictionWindow shifted = window(world, reference, 0.3);
    assertThat(shifted.confidenceDistance()).isGreaterThan(0.1);
  }

  private static PredictionWindow window(
      Gaussians world, DriftReference reference, double contrast) {
    PredictionWindow window = new PredictionWindow(Gaussians.CLASSES);
    double temperature = reference.profile().calibration().temperature();
    for (int i = 0; i < 20_000; i++) {
      float[] logits = Gaussians.logits(world.sample(world.sourceLabel(), contrast));
      int label = 0;
      for (int y = 1; y < logits.length; y++) {
        label = logits[y] > logits[label] ? y : label;
      }
      Answered answered =
          Answered.of(FloatBuffer.wrap(logits), new int[] {label}, logits.length, temperature);
      window.add(new Batch(answered, null, NO_ESTIMATE, 0, Fate.SOURCE, 0, 0, 0, 0), reference);
    }
    return window;
  }

  @Test
  void calibratedFiguresAreThoseOfDividedLogits() {
    Random random = new Random(9);
    float[] logits = new float[5];
    float[] divided = new float[5];
    for (int y = 0; y < 5; y++) {
      logits[y] = (float) (4 * random.nextGaussian());
      divided[y] = logits[y] / 2;
    }
    int[] label = {2};
    Answered hot = Answered.of(FloatBuffer.wrap(logits), label, 5, 2);
    Answered cool = Answered.of(FloatBuffer.wrap(divided), label, 5, 1);
    assertThat(hot.calibratedEntropies()[0]).isCloseTo(cool.entropies()[0], within(1e-6f));
    assertThat(hot.calibratedConfidences()[0])
        .isCloseTo(cool.calibratedConfidences()[0], within(1e-6f));
  }

  @Test
  void goesOnFromItsNumbers() {
    PredictionWindow window = new PredictionWindow(3);
    window.add(batch(certain(1), 1), null);
    PredictionWindow restored = new PredictionWindow(window.toArray());
    window.add(batch(certain(2), 2), null);
    restored.add(batch(certain(2), 2), null);
    assertThat(restored.toArray()).containsExactly(window.toArray());
    assertThatThrownBy(() -> new PredictionWindow(new double[4])).hasMessageContaining("4 numbers");
  }

  private static double[] certain(int label) {
    double[] row = {1e-9, 1e-9, 1e-9};
    row[label] = 1;
    return row;
  }

  private static Batch batch(double[] row, int label) {
    return new Batch(
        answered(new double[][] {row}, new int[] {label}, Double.NaN),
        null,
        NO_ESTIMATE,
        0,
        Fate.ADAPTED,
        0,
        0,
        0,
        0);
  }

  private static Answered answered(double[][] rows, int[] labels, double temperature) {
    FloatBuffer logits = FloatBuffer.allocate(rows.length * rows[0].length);
    for (double[] row : rows) {
      for (double p : row) {
        logits.put((float) Math.log(p));
      }
    }
    return Answered.of(logits.flip(), labels, rows[0].length, temperature);
  }
}
