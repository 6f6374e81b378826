package dev.evenkeel.jobs.demo.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CorrelatedOrderTest {
  private static final int CLASSES = 10;
  private static final long SEED = Long.getLong("evenkeel.seed", System.nanoTime());

  @Test
  void emitsEverySampleOnce() {
    Random random = new Random(SEED);
    for (int round = 0; round < 50; round++) {
      int[] labels = labels(200 + random.nextInt(2000), random);
      double delta = Math.pow(10, random.nextInt(6) - 2);
      int[] order = CorrelatedOrder.of(labels, CLASSES, delta, random);
      assertThat(Arrays.stream(order).sorted())
          .as("evenkeel.seed=%d, round %d, delta %s", SEED, round, delta)
          .containsExactlyElementsOf(IntStream.range(0, labels.length).boxed().toList());
    }
  }

  @Test
  void sameSeedGivesTheSameOrder() {
    int[] labels = labels(2000, new Random(1));
    assertThat(CorrelatedOrder.of(labels, CLASSES, 0.1, new Random(7)))
        .isEqualTo(CorrelatedOrder.of(labels, CLASSES, 0.1, new Random(7)))
        .isNotEqualTo(CorrelatedOrder.of(labels, CLASSES, 0.1, new Random(8)));
  }

  @Test
  void smallDeltaGivesWindowsOfFewClasses() {
    assertThat(classesPerWindow(0.1)).isLessThan(2.5);
  }

  @Test
  void largeDeltaGivesChunksThatHoldEveryClassAlike() {
    int[] labels = labels(20_000, new Random(1));
    int[] order = CorrelatedOrder.of(labels, CLASSES, 1e6, new Random(2));
    int chunk = labels.length / CLASSES;
    for (int start = 0; start + chunk <= order.length; start += chunk) {
      long[] counts = new long[CLASSES];
      for (int i = start; i < start + chunk; i++) {
        counts[labels[order[i]]]++;
      }
      for (long count : counts) {
        assertThat(count).isBetween(100L, 300L);
      }
    }
  }

  @Test
  void copesWithProportionsThatUnderflow() {
    int[] labels = labels(400, new Random(1));
    assertThatThrownBy(() -> CorrelatedOrder.of(labels, CLASSES, 0.0, new Random(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("delta is 0.0");
    assertThat(CorrelatedOrder.of(labels, CLASSES, 1e-3, new Random(2))).hasSize(400);
  }

  @Test
  void refusesLabelsOutOfRange() {
    assertThatThrownBy(() -> CorrelatedOrder.of(new int[] {0, 3}, 3, 0.1, new Random(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Label 3 at 1, expected 0 to 2");
  }

  private static double classesPerWindow(double delta) {
    int[] labels = labels(4000, new Random(3));
    int[] order = CorrelatedOrder.of(labels, CLASSES, delta, new Random(4));
    int window = 50;
    return IntStream.range(0, order.length / window)
        .mapToLong(
            w ->
                IntStream.range(w * window, (w + 1) * window)
                    .map(i -> labels[order[i]])
                    .distinct()
                    .count())
        .average()
        .orElseThrow();
  }

  private static int[] labels(int count, Random random) {
    return random.ints(count, 0, CLASSES).toArray();
  }
}
