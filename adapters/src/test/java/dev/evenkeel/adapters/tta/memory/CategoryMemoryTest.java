package dev.evenkeel.adapters.tta.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.adapters.testing.RandomTensors;
import dev.evenkeel.adapters.tta.CounterRandom;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CategoryMemoryTest {
  private static final CounterRandom UNUSED = new CounterRandom(0, 0);

  @ParameterizedTest
  @ValueSource(ints = {2, 10, 64, 200})
  void noClassExceedsItsBudget(int classes) {
    RandomTensors random = RandomTensors.seeded();
    CategoryMemory memory = new CategoryMemory(MemoryState.empty(classes), 64, 1, 1);
    int budget = (int) Math.ceil(64.0 / classes);
    for (int i = 0; i < 1000; i++) {
      int label = random.random().nextInt(1 + random.random().nextInt(classes));
      memory.add(new float[] {i}, label, random.random().nextDouble(), UNUSED);
      int[] held = new int[classes];
      memory.items().forEach(item -> held[item.label()]++);
      assertThat(IntStream.of(held).max().getAsInt())
          .as("after %d samples, %s", i + 1, random)
          .isLessThanOrEqualTo(budget);
    }
    assertThat(UNUSED.counter()).as("numbers drawn").isZero();
  }

  @Test
  void aCertainSampleReplacesAnUncertainOneOfItsClass() {
    CategoryMemory memory = ofTwoClasses(2);
    memory.add(new float[] {1}, 0, 0.6, UNUSED);
    memory.add(new float[] {2}, 0, 0.1, UNUSED);
    assertThat(samples(memory)).containsExactly(2f);
    memory.add(new float[] {3}, 0, 0.69, UNUSED);
    assertThat(samples(memory)).as("an uncertain one is left out").containsExactly(2f);
    assertThat(memory.items().get(0).age()).as("but ages the others").isEqualTo(2);
  }

  @Test
  void amongEqualScoresTheLastScannedGoes() {
    // Without weight on age and with equal uncertainty, all scores are equal.
    CategoryMemory memory = new CategoryMemory(MemoryState.empty(2), 6, 0, 1);
    for (int i = 1; i <= 3; i++) {
      memory.add(new float[] {i}, 0, 0.5, UNUSED);
    }
    memory.add(new float[] {4}, 0, 0.5, UNUSED);
    assertThat(samples(memory)).as("an equal one is left out").containsExactly(1f, 2f, 3f);
    memory.add(new float[] {5}, 0, 0.4, UNUSED);
    assertThat(samples(memory)).containsExactly(1f, 2f, 5f);
  }

  @Test
  void timeWearsOutEvenACertainSample() {
    CategoryMemory memory = ofTwoClasses(2);
    memory.add(new float[] {1}, 0, 0, UNUSED);
    // Score of the old one climbs to 1; the new one's is 0.5 + 0.3 / ln 2 = 0.93.
    int offered = 0;
    while (samples(memory).contains(1f)) {
      memory.add(new float[] {2}, 0, 0.3, UNUSED);
      offered++;
    }
    // 1 / (1 + exp(-age / 2)) > 0.9328 from age 5.27 on; the sixth other meets it at age 6.
    assertThat(offered).isEqualTo(6);
  }

  @Test
  void aNewClassTakesFromTheMajorityOnlyIfItScoresBetter() {
    CategoryMemory memory = new CategoryMemory(MemoryState.empty(3), 4, 1, 1);
    memory.add(new float[] {1}, 0, 0.9, UNUSED);
    memory.add(new float[] {2}, 0, 0.2, UNUSED);
    memory.add(new float[] {3}, 1, 0.2, UNUSED);
    memory.add(new float[] {4}, 1, 0.2, UNUSED);
    // The worst of the largest classes scores 0.731 + 0.9 / ln 3 = 1.55, then 0.679 + 0.182 = 0.86.
    memory.add(new float[] {5}, 2, 1.09, UNUSED);
    assertThat(samples(memory))
        .as("0.5 + 0.99 is better than 1.55")
        .containsExactly(2f, 3f, 4f, 5f);
    memory.add(new float[] {6}, 2, 1.09, UNUSED);
    assertThat(samples(memory)).as("1.49 is no better than 0.9").containsExactly(2f, 3f, 4f, 5f);
  }

  @Test
  void refusesNegativeWeights() {
    assertThatThrownBy(() -> new CategoryMemory(MemoryState.empty(2), 64, -1, 1))
        .hasMessageContaining("-1");
  }

  private static CategoryMemory ofTwoClasses(int capacity) {
    return new CategoryMemory(MemoryState.empty(2), capacity, 1, 1);
  }

  private static List<Float> samples(SampleMemory memory) {
    return memory.items().stream().map(item -> item.sample()[0]).toList();
  }
}
