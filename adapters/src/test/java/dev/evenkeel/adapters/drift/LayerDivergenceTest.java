package dev.evenkeel.adapters.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.profile.SourceProfile.LayerStatistics;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LayerDivergenceTest {
  private static final LayerDivergence LAYERS =
      new LayerDivergence(
          List.of(
              new LayerStatistics("first", new float[] {0, 1}, new float[] {1, 4}),
              new LayerStatistics("second", new float[] {-1}, new float[] {2})));

  @Test
  void isZeroWhereNothingMoved() {
    double[] found = LAYERS.of(new float[] {0, 1, -1}, new float[] {1, 4, 2});
    assertThat(found).containsExactly(new double[] {0, 0}, within(1e-12));
  }

  @Test
  void tellsTheLayerThatMoved() {
    double[] found = LAYERS.of(new float[] {0, 1, 1}, new float[] {1, 4, 2});
    assertThat(found[0]).isCloseTo(0, within(1e-12));
    assertThat(found[1]).isCloseTo(2 * 2 / (2.0 * 2), within(1e-6));
  }

  @Test
  void equalsTheMeanLogRatioOfSamples() {
    long seed = Long.getLong("evenkeel.seed", 4);
    Random random = new Random(seed);
    double sum = 0;
    int samples = 200_000;
    for (int i = 0; i < samples; i++) {
      double x = 0.5 + Math.sqrt(3) * random.nextGaussian();
      sum += logDensity(x, 0.5, 3) - logDensity(x, -1, 2);
    }
    double found = LAYERS.of(new float[] {0, 1, 0.5f}, new float[] {1, 4, 3})[1];
    assertThat(found).as("seed %d", seed).isCloseTo(sum / samples, within(0.01));
  }

  @Test
  void seesComponentsAsOneMixture() {
    // Two equal parts at -1 and 1 of variance 1 have mean 0 and variance 2.
    LayerDivergence one =
        new LayerDivergence(List.of(new LayerStatistics("only", new float[] {0}, new float[] {2})));
    assertThat(one.of(new float[] {-1, 1}, new float[] {1, 1})[0]).isCloseTo(0, within(1e-12));
  }

  @Test
  void refusesStatisticsOfAnotherModel() {
    assertThatThrownBy(() -> LAYERS.of(new float[4], new float[4]))
        .hasMessageContaining("4 means")
        .hasMessageContaining("3 channels");
  }

  private static double logDensity(double x, double mean, double variance) {
    return -Math.log(2 * Math.PI * variance) / 2 - (x - mean) * (x - mean) / (2 * variance);
  }
}
