package dev.evenkeel.adapters.tta.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.tta.CounterRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ReservoirMemoryTest {
  private static final int CAPACITY = 64;

  @Test
  void sortedClassesEndUpEvenlyRepresented() {
    ReservoirMemory memory = new ReservoirMemory(MemoryState.empty(10), CAPACITY);
    CounterRandom random = new CounterRandom(2, 0);
    for (int i = 0; i < 1000; i++) {
      memory.add(new float[] {i}, i / 100, 0, random);
    }
    int[] held = new int[10];
    memory.items().forEach(item -> held[item.label()]++);
    assertThat(Arrays.stream(held).sum()).isEqualTo(CAPACITY);
    assertThat(held).containsOnly(6, 7);
  }

  @Test
  void aSingleClassIsAUniformSampleOfAllThatCame() {
    int offered = 300;
    int runs = 2000;
    int[] kept = new int[offered];
    CounterRandom random = new CounterRandom(3, 0);
    for (int run = 0; run < runs; run++) {
      ReservoirMemory memory = new ReservoirMemory(MemoryState.empty(2), CAPACITY);
      for (int i = 0; i < offered; i++) {
        memory.add(new float[] {i}, 1, 0, random);
      }
      memory.items().forEach(item -> kept[(int) item.sample()[0]]++);
    }
    double share = (double) CAPACITY / offered;
    double expected = runs * share;
    double chiSquare = 0;
    for (int count : kept) {
      chiSquare += (count - expected) * (count - expected) / (expected * (1 - share));
    }
    // 299 degrees of freedom: mean 299, standard deviation 24.5; four of them up and down.
    assertThat(chiSquare).isBetween(299 - 4 * 24.5, 299 + 4 * 24.5);
  }

  @Test
  void aRareClassTakesThePlaceOfALargestOne() {
    ReservoirMemory memory = new ReservoirMemory(MemoryState.empty(3), 9);
    CounterRandom random = new CounterRandom(5, 0);
    for (int label : new int[] {0, 0, 0, 0, 1, 1, 1, 1, 2}) {
      memory.add(new float[] {label}, label, 0, random);
    }
    memory.add(new float[] {2}, 2, 0, random);
    memory.add(new float[] {2}, 2, 0, random);
    int[] held = new int[3];
    memory.items().forEach(item -> held[item.label()]++);
    assertThat(held).containsExactly(3, 3, 3);
  }
}
