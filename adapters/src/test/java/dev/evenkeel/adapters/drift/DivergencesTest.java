package dev.evenkeel.adapters.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DivergencesTest {
  private final long seed = Long.getLong("evenkeel.seed", 23);
  private final Random random = new Random(seed);

  @Test
  void ofEqualDistributionsAreZeroOnAverage() {
    double stability = 0;
    double relative = 0;
    double jensenShannon = 0;
    int trials = 2000;
    for (int trial = 0; trial < trials; trial++) {
      Divergences found = Divergences.between(draw(20, 1000), draw(20, 2000));
      stability += found.populationStability() / trials;
      relative += found.kullbackLeibler() / trials;
      jensenShannon += found.jensenShannon() / trials;
    }
    // The noise that is subtracted is about 0.0285, 0.0143 and 0.0036.
    assertThat(stability).as("seed %d", seed).isCloseTo(0, within(0.003));
    assertThat(relative).as("seed %d", seed).isCloseTo(0, within(0.0015));
    assertThat(jensenShannon).as("seed %d", seed).isCloseTo(0, within(0.0005));
  }

  @Test
  void stayFiniteAndBoundedWhereClassesAreMissing() {
    Divergences found = Divergences.between(new long[] {1000, 0, 0}, new long[] {0, 500, 500});
    assertThat(found.jensenShannon()).isBetween(0.6, Math.log(2));
    assertThat(found.totalVariation()).isBetween(0.99, 1.0);
    assertThat(found.populationStability()).isFinite().isGreaterThan(0.25);
    assertThat(found.kullbackLeibler()).isFinite();
  }

  @Test
  void treatClassesAlike() {
    Divergences found = Divergences.between(new long[] {5, 10, 85}, new long[] {40, 30, 30});
    Divergences turned = Divergences.between(new long[] {85, 5, 10}, new long[] {30, 40, 30});
    assertThat(turned.populationStability()).isCloseTo(found.populationStability(), within(1e-12));
    assertThat(turned.jensenShannon()).isCloseTo(found.jensenShannon(), within(1e-12));
  }

  @Test
  void theSymmetricOnesAreSymmetric() {
    long[] a = {5, 10, 85};
    long[] b = {40, 30, 30};
    assertThat(Divergences.between(a, b).jensenShannon())
        .isCloseTo(Divergences.between(b, a).jensenShannon(), within(1e-12));
    assertThat(Divergences.between(a, b).populationStability())
        .isCloseTo(Divergences.between(b, a).populationStability(), within(1e-12));
  }

  @Test
  void refuseOtherClasses() {
    assertThatThrownBy(() -> Divergences.between(new long[3], new long[2]))
        .hasMessageContaining("3 classes and a reference of 2");
  }

  private long[] draw(int classes, int samples) {
    long[] counts = new long[classes];
    for (int n = 0; n < samples; n++) {
      counts[random.nextInt(classes)]++;
    }
    return counts;
  }
}
