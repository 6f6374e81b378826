package dev.evenkeel.adapters.labelshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SimplexProjectionTest {
  private final long seed = Long.getLong("evenkeel.seed", 11);
  private final Random random = new Random(seed);

  @Test
  void leavesADistributionAsItIs() {
    assertThat(SimplexProjection.project(new double[] {0.2, 0.5, 0.3}))
        .containsExactly(new double[] {0.2, 0.5, 0.3}, within(1e-15));
  }

  @Test
  void changesNothingTheSecondTime() {
    for (int trial = 0; trial < 100; trial++) {
      double[] once = SimplexProjection.project(random.doubles(5, -2, 2).toArray());
      assertThat(SimplexProjection.project(once))
          .as("seed %d", seed)
          .containsExactly(once, within(1e-15));
    }
  }

  @Test
  void findsTheNearestDistribution() {
    for (int trial = 0; trial < 100; trial++) {
      double[] values = random.doubles(5, -2, 2).toArray();
      double[] projected = SimplexProjection.project(values);
      assertThat(Arrays.stream(projected).sum()).as("seed %d", seed).isCloseTo(1, within(1e-12));
      assertThat(Arrays.stream(projected).min().orElseThrow()).as("seed %d", seed).isNotNegative();
      for (int other = 0; other < 50; other++) {
        double[] weights = random.doubles(5, 0, 1).toArray();
        double sum = Arrays.stream(weights).sum();
        double[] distribution = Arrays.stream(weights).map(w -> w / sum).toArray();
        assertThat(distance(values, projected))
            .as("seed %d", seed)
            .isLessThanOrEqualTo(distance(values, distribution) + 1e-12);
      }
    }
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
  }
}
