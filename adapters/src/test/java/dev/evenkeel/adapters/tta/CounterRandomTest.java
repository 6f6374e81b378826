package dev.evenkeel.adapters.tta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CounterRandomTest {
  private static final int DRAWS = 200_000;

  @Test
  void continuesFromACounter() {
    CounterRandom random = new CounterRandom(5, 0);
    random.nextLong();
    random.nextGaussian();
    CounterRandom continued = new CounterRandom(5, random.counter());
    assertThat(continued.nextLong()).isEqualTo(random.nextLong());
  }

  @Test
  void drawsTheSameNumbersEverywhereAndForever() {
    // Saved states and first components rest on these.
    CounterRandom random = new CounterRandom(1, 0);
    assertThat(random.nextLong()).isEqualTo(-4616330145664149646L);
    assertThat(random.nextGaussian()).isCloseTo(-0.8935717627519988, within(1e-15));
  }

  @Test
  void seedsGiveDifferentNumbers() {
    assertThat(new CounterRandom(1, 0).nextLong()).isNotEqualTo(new CounterRandom(2, 0).nextLong());
  }

  @Test
  void gaussiansHaveTheMomentsOfAStandardNormal() {
    CounterRandom random = new CounterRandom(3, 0);
    double[] moments = new double[5];
    for (int i = 0; i < DRAWS; i++) {
      double x = random.nextGaussian();
      for (int order = 1; order <= 4; order++) {
        moments[order] += Math.pow(x, order) / DRAWS;
      }
    }
    assertThat(moments[1]).isCloseTo(0, within(0.01));
    assertThat(moments[2]).isCloseTo(1, within(0.02));
    assertThat(moments[3]).isCloseTo(0, within(0.04));
    assertThat(moments[4]).isCloseTo(3, within(0.15));
  }

  @Test
  void uniformsFillTheUnitInterval() {
    CounterRandom random = new CounterRandom(3, 0);
    int[] tenths = new int[10];
    for (int i = 0; i < DRAWS; i++) {
      double x = random.nextDouble();
      assertThat(x >= 0 && x < 1).isTrue();
      tenths[(int) (10 * x)]++;
    }
    for (int count : tenths) {
      assertThat(count).isBetween(DRAWS / 10 - 800, DRAWS / 10 + 800);
    }
  }

  @Test
  void integersFillTheirRange() {
    CounterRandom random = new CounterRandom(7, 0);
    int[] counts = new int[7];
    for (int i = 0; i < 70_000; i++) {
      counts[random.nextInt(7)]++;
    }
    for (int count : counts) {
      assertThat(count).isBetween(9_600, 10_400);
    }
    int largest = 0;
    for (int i = 0; i < 1000; i++) {
      largest = Math.max(largest, random.nextInt(Integer.MAX_VALUE));
    }
    assertThat(largest).isGreaterThan(Integer.MAX_VALUE / 100 * 98);
  }

  @Test
  void permutationsAreAllEquallyLikely() {
    CounterRandom random = new CounterRandom(11, 0);
    Map<String, Integer> counts = new TreeMap<>();
    for (int i = 0; i < 24_000; i++) {
      counts.merge(Arrays.toString(random.permutation(4)), 1, Integer::sum);
    }
    assertThat(counts).hasSize(24);
    assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(850, 1150));
    assertThat(random.permutation(0)).isEmpty();
  }
}
