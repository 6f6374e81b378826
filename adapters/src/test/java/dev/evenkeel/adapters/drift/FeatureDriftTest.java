package dev.evenkeel.adapters.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.profile.ProfileMeasurement;
import dev.evenkeel.adapters.profile.SourceProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Three classes of normally distributed features, far enough apart to be told. */
class FeatureDriftTest {
  private static final int CLASSES = 3;
  private static final int DIMENSIONS = 6;
  private static final double APART = 8;
  private static final double[] EVEN = {1.0 / 3, 1.0 / 3, 1.0 / 3};
  private static final double[] SKEWED = {0.8, 0.15, 0.05};

  private final long seed = Long.getLong("evenkeel.seed", 5);
  private final Random random = new Random(seed);
  private final SourceProfile source = source();
  private final FeatureDrift drift = FeatureDrift.of(source).orElseThrow();

  @Test
  void nothingMovesWhereNothingMoved() {
    assertThat(meanOf(100, EVEN, 0).discrepancy()).as("seed %d", seed).isCloseTo(0, within(4e-3));
    assertThat(meanOf(100, EVEN, 0).classConditional())
        .as("seed %d", seed)
        .isCloseTo(0, within(0.01));
  }

  @Test
  void labelShiftAloneMovesTheWholeButNotTheClasses() {
    FeatureDrift.Findings found = meanOf(100, SKEWED, 0);
    assertThat(found.discrepancy()).as("seed %d", seed).isGreaterThan(5 * found.noise());
    assertThat(found.classConditional()).as("seed %d", seed).isCloseTo(0, within(0.01));
  }

  @Test
  void covariateShiftMovesBoth() {
    double moved = 0.5;
    FeatureDrift.Findings found = meanOf(100, EVEN, moved);
    assertThat(found.discrepancy()).as("seed %d", seed).isGreaterThan(found.noise());
    // Each dimension of unit variance moves by the same: |shift|^2 / trace is its square.
    assertThat(found.classConditional()).as("seed %d", seed).isCloseTo(moved * moved, within(0.03));
  }

  @Test
  void theOrderAndTheBatchesOfSamplesMakeNoDifference() {
    SampledFeatures all = draw(100, EVEN, 0);
    List<SampledFeatures> parts = new ArrayList<>();
    for (int i = 0; i < 100; i += 10) {
      parts.add(
          new SampledFeatures(
              Arrays.copyOfRange(all.labels(), i, i + 10),
              Arrays.copyOfRange(all.values(), i * DIMENSIONS, (i + 10) * DIMENSIONS)));
    }
    assertThat(drift.of(parts)).isEqualTo(drift.of(List.of(all)));
  }

  @Test
  void leavesOutWhatIsNotFinite() {
    SampledFeatures all = draw(20, EVEN, 0);
    all.values()[3] = Float.NaN;
    FeatureDrift.Findings found = drift.of(List.of(all));
    assertThat(found.samples()).isEqualTo(19);
    assertThat(found.discrepancy()).isFinite();
  }

  @Test
  void tellsNothingOfTooFewSamples() {
    FeatureDrift.Findings none = drift.of(List.of());
    assertThat(none.samples()).isZero();
    assertThat(none.discrepancy()).isNaN();
    assertThat(none.noise()).isNaN();
    assertThat(none.classConditional()).isNaN();
    assertThat(drift.of(List.of(draw(4, EVEN, 0))).classConditional())
        .as("no class has five")
        .isNaN();
    assertThat(drift.of(List.of(draw(1000, EVEN, 0))).samples()).isEqualTo(256);
  }

  /** Mean over windows of 128 samples. */
  private FeatureDrift.Findings meanOf(int windows, double[] prior, double moved) {
    double discrepancy = 0;
    double byClass = 0;
    double noise = 0;
    for (int i = 0; i < windows; i++) {
      FeatureDrift.Findings found = drift.of(List.of(draw(128, prior, moved)));
      discrepancy += found.discrepancy() / windows;
      byClass += found.classConditional() / windows;
      noise += found.noise() / windows;
    }
    return new FeatureDrift.Findings(128, discrepancy, noise, byClass);
  }

  private SampledFeatures draw(int samples, double[] prior, double moved) {
    int[] labels = new int[samples];
    float[] values = new float[samples * DIMENSIONS];
    for (int i = 0; i < samples; i++) {
      double left = random.nextDouble();
      while (labels[i] < CLASSES - 1 && left >= prior[labels[i]]) {
        left -= prior[labels[i]++];
      }
      float[] row = features(labels[i], moved);
      System.arraycopy(row, 0, values, i * DIMENSIONS, DIMENSIONS);
    }
    return new SampledFeatures(labels, values);
  }

  private float[] features(int label, double moved) {
    float[] row = new float[DIMENSIONS];
    for (int d = 0; d < DIMENSIONS; d++) {
      row[d] = (float) (random.nextGaussian() + moved + (d == label ? APART : 0));
    }
    return row;
  }

  private SourceProfile source() {
    ProfileMeasurement measurement = new ProfileMeasurement(CLASSES);
    for (int i = 0; i < 6000; i++) {
      float[] logits = new float[CLASSES];
      logits[i % CLASSES] = 5;
      measurement.add(logits, features(i % CLASSES, 0), i % CLASSES);
    }
    return measurement.measure("none", List.of());
  }
}
