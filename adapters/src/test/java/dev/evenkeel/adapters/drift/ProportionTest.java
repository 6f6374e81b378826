package dev.evenkeel.adapters.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ProportionTest {
  @Test
  void equalsWilsonsOwnSolutionOfTheQuadraticEquation() {
    Proportion proportion = new Proportion(81, 263);
    double z = Proportion.NINETY_FIVE;
    for (double end : new double[] {proportion.lower(z), proportion.upper(z)}) {
      double distance = proportion.share() - end;
      assertThat(distance * distance).isCloseTo(z * z * end * (1 - end) / 263, within(1e-12));
    }
    assertThat(proportion.lower(z)).isCloseTo(0.2553, within(1e-4));
    assertThat(proportion.upper(z)).isCloseTo(0.3662, within(1e-4));
  }

  @Test
  void staysInsideTheUnitIntervalAtItsEnds() {
    Proportion none = new Proportion(0, 10);
    Proportion all = new Proportion(10, 10);
    assertThat(none.lower(2)).isZero();
    assertThat(none.upper(2)).isBetween(0.0, 0.5);
    assertThat(all.upper(2)).isEqualTo(1);
    assertThat(all.lower(2)).isCloseTo(1 - none.upper(2), within(1e-12));
  }

  @Test
  void coversTheTruthAsOftenAsPromised() {
    Random random = new Random(3);
    int inside = 0;
    for (int i = 0; i < 20_000; i++) {
      int hits = 0;
      for (int n = 0; n < 200; n++) {
        hits += random.nextDouble() < 0.9 ? 1 : 0;
      }
      Proportion seen = new Proportion(hits, 200);
      inside +=
          seen.lower(Proportion.NINETY_FIVE) <= 0.9 && seen.upper(Proportion.NINETY_FIVE) >= 0.9
              ? 1
              : 0;
    }
    assertThat(inside / 20_000.0).isBetween(0.93, 0.97);
  }
}
