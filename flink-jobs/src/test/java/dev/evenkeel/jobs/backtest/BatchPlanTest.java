package dev.evenkeel.jobs.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.jobs.backtest.BatchPlan.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BatchPlanTest {
  @Test
  void cutsAtResetsAndAtTheEnd() {
    assertThat(BatchPlan.of(10, 4, List.of(0, 6), Integer.MAX_VALUE).batches())
        .containsExactly(new Batch(0, 4, true), new Batch(4, 6, false), new Batch(6, 10, true));
  }

  @Test
  void stopsAfterTheLargestNumberOfBatches() {
    assertThat(BatchPlan.of(10, 4, List.of(), 2).samples()).isEqualTo(8);
  }

  @Test
  void coversTheStreamOnceWithoutCrossingAReset() {
    long seed = Long.getLong("evenkeel.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      int samples = random.nextInt(100);
      int size = 1 + random.nextInt(20);
      List<Integer> resets = new ArrayList<>();
      random.ints(random.nextInt(6), 0, 120).forEach(resets::add);
      BatchPlan plan = BatchPlan.of(samples, size, resets, Integer.MAX_VALUE);
      int next = 0;
      for (Batch batch : plan.batches()) {
        String description = "%s, resets %s, evenkeel.seed %d".formatted(batch, resets, seed);
        assertThat(batch.start()).as(description).isEqualTo(next);
        assertThat(batch.size()).as(description).isBetween(1, size);
        assertThat(resets)
            .as(description)
            .noneMatch(reset -> reset > batch.start() && reset < batch.end());
        assertThat(batch.afterReset()).as(description).isEqualTo(resets.contains(batch.start()));
        boolean endsEarly = batch.size() < size;
        assertThat(!endsEarly || batch.end() == samples || resets.contains(batch.end()))
            .as(description)
            .isTrue();
        next = batch.end();
      }
      assertThat(next).as("evenkeel.seed %d", seed).isEqualTo(samples);
    }
  }
}
