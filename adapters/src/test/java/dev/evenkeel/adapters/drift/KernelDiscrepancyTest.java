package dev.evenkeel.adapters.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KernelDiscrepancyTest {
  private static final int DIMENSIONS = 8;

  private final long seed = Long.getLong("evenkeel.seed", 11);
  private final Random random = new Random(seed);

  @Test
  void isWhatTheEquationSays() {
    float[][] source = {{0, 0}, {1, 0}, {0, 2}, {2, 2}};
    float[][] current = {{0, 1}, {3, 0}, {1, 1}};
    // Squared distances within the source: 1, 4, 8, 5, 5, 4; the upper of both middle ones is 5.
    double expected = mean(source, source) + mean(current, current) - 2 * mean(source, current);
    assertThat(new KernelDiscrepancy(source).of(current)).isCloseTo(expected, within(1e-9));
  }

  /** Mean kernel over pairs; of a sample with itself over pairs of different samples. */
  private static double mean(float[][] a, float[][] b) {
    double sum = 0;
    int pairs = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b.length; j++) {
        if (a != b || i != j) {
          double apart = Math.pow(a[i][0] - b[j][0], 2) + Math.pow(a[i][1] - b[j][1], 2);
          sum += Math.exp(-apart / (2 * 5));
          pairs++;
        }
      }
    }
    return sum / pairs;
  }

  @Test
  void isZeroOnAverageForOneDistribution() {
    int draws = 100;
    double[] found = new double[draws];
    int above = 0;
    for (int i = 0; i < draws; i++) {
      KernelDiscrepancy discrepancy = new KernelDiscrepancy(normal(256, 0));
      found[i] = discrepancy.of(normal(128, 0));
      above += found[i] > discrepancy.noise(128) ? 1 : 0;
    }
    double mean = Arrays.stream(found).average().orElseThrow();
    double deviation =
        Math.sqrt(Arrays.stream(found).map(x -> (x - mean) * (x - mean)).sum() / (draws - 1));
    assertThat(mean).as("seed %d", seed).isCloseTo(0, within(4 * deviation / Math.sqrt(draws)));
    assertThat(Arrays.stream(found)).as("unbiased, so below zero too").anyMatch(x -> x < 0);
    // One in 20; 15 of 100 would be five standard deviations off.
    assertThat(above).as("seed %d", seed).isBetween(0, 15);
  }

  @Test
  void findsAShift() {
    KernelDiscrepancy discrepancy = new KernelDiscrepancy(normal(256, 0));
    double little = discrepancy.of(normal(128, 0.4));
    double much = discrepancy.of(normal(128, 3));
    assertThat(little).as("seed %d", seed).isGreaterThan(discrepancy.noise(128));
    assertThat(much).as("seed %d", seed).isBetween(little, 2.0);
  }

  @Test
  void fewerSamplesAreNoisier() {
    KernelDiscrepancy discrepancy = new KernelDiscrepancy(normal(64, 0));
    assertThat(discrepancy.noise(8)).isGreaterThan(2 * discrepancy.noise(64));
    assertThat(discrepancy.noise(64)).isPositive();
    assertThat(discrepancy.of(normal(1, 0))).isNaN();
  }

  @Test
  void copesWithFeaturesThatDoNotVary() {
    float[][] constant = new float[8][DIMENSIONS];
    KernelDiscrepancy discrepancy = new KernelDiscrepancy(constant);
    assertThat(discrepancy.of(constant)).isCloseTo(0, within(1e-12));
    assertThat(discrepancy.of(normal(8, 100))).isGreaterThan(0.9);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KernelDiscrepancy(new float[3][1]))
        .withMessageContaining("at least 4");
  }

  private float[][] normal(int samples, double mean) {
    float[][] drawn = new float[samples][DIMENSIONS];
    for (float[] row : drawn) {
      for (int d = 0; d < DIMENSIONS; d++) {
        row[d] = (float) (mean + random.nextGaussian());
      }
    }
    return drawn;
  }
}
