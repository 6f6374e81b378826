package dev.evenkeel.adapters.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FeatureProjectionTest {
  @Test
  void leavesNarrowFeaturesAsTheyAre() {
    FeatureProjection projection = new FeatureProjection(3);
    FloatBuffer rows = FloatBuffer.wrap(new float[] {1, 2, 3, 4, 5, 6});
    assertThat(projection.dimensions()).isEqualTo(3);
    assertThat(projection.project(rows, 1)).containsExactly(4, 5, 6);
  }

  @Test
  void keepsDistancesOfWideOnes() {
    int width = 512;
    int samples = 60;
    Random random = new Random(3);
    FloatBuffer rows = FloatBuffer.allocate(samples * width);
    for (int i = 0; i < rows.capacity(); i++) {
      rows.put(i, (float) Math.max(random.nextGaussian(), 0));
    }
    FeatureProjection projection = new FeatureProjection(width);
    float[] wide = rows.array();
    double sum = 0;
    int pairs = 0;
    for (int i = 0; i < samples; i++) {
      for (int j = 0; j < i; j++) {
        double ratio =
            distance(projection.project(rows, i), 0, projection.project(rows, j), 0, 64)
                / distance(wide, i * width, wide, j * width, width);
        // Standard deviation 1 / sqrt(128); of 1770 pairs none is five of them off.
        assertThat(ratio).isCloseTo(1, within(0.45));
        sum += ratio;
        pairs++;
      }
    }
    assertThat(sum / pairs).isCloseTo(1, within(0.05));
  }

  @Test
  void isTheSameInEveryRelease() {
    float[] first = new float[100];
    first[0] = 8;
    float[] projected = new FeatureProjection(100).project(FloatBuffer.wrap(first), 0);
    StringBuilder signs = new StringBuilder();
    for (float value : projected) {
      assertThat(Math.abs(value)).isEqualTo(1);
      signs.append(value > 0 ? '+' : '-');
    }
    // Profiles that exist hold features of this projection: changing it makes them wrong.
    assertThat(signs)
        .hasToString("++--++--++-+-+--+----+-+-+-+++-+-+----+-+----+-++++--++++--+--+-");
  }

  private static double distance(float[] a, int from, float[] b, int start, int length) {
    double sum = 0;
    for (int d = 0; d < length; d++) {
      sum += Math.pow(a[from + d] - b[start + d], 2);
    }
    return Math.sqrt(sum);
  }
}
