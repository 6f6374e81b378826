package dev.evenkeel.adapters.tta.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.testing.RandomTensors;
import dev.evenkeel.adapters.tta.CounterRandom;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateDictSerializer;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What both memories keep, whatever comes. */
class SampleMemoryTest {
  private static final int CAPACITY = 12;
  private static final int CLASSES = 5;

  private final RandomTensors seeded = RandomTensors.seeded();

  static List<Function<MemoryState, SampleMemory>> memories() {
    return List.of(
        state -> new ReservoirMemory(state, CAPACITY),
        state -> new CategoryMemory(state, CAPACITY, 1, 1));
  }

  @ParameterizedTest
  @MethodSource("memories")
  void neverHoldsMoreThanItsCapacityAndCountsEverySample(
      Function<MemoryState, SampleMemory> create) {
    SampleMemory memory = create.apply(MemoryState.empty(CLASSES));
    CounterRandom random = new CounterRandom(1, 0);
    for (int i = 1; i <= 500; i++) {
      offer(memory, seeded.random(), random);
      assertThat(memory.items()).as("%s", seeded).hasSizeBetween(1, CAPACITY);
      assertThat(memory.state().seen().stream().mapToLong(n -> n).sum()).isEqualTo(i);
    }
  }

  @ParameterizedTest
  @MethodSource("memories")
  void everyStoredSampleAgesByOneForEachThatComes(Function<MemoryState, SampleMemory> create) {
    SampleMemory memory = create.apply(MemoryState.empty(CLASSES));
    CounterRandom random = new CounterRandom(1, 0);
    for (int i = 0; i < 300; i++) {
      memory.add(new float[] {i}, seeded.random().nextInt(CLASSES), 0.5, random);
      for (MemoryItem item : memory.items()) {
        assertThat(item.age()).as("%s", seeded).isEqualTo(i + 1 - (long) item.sample()[0]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("memories")
  void continuesBitForBitFromItsEntries(Function<MemoryState, SampleMemory> create) {
    SampleMemory whole = create.apply(MemoryState.empty(CLASSES));
    SampleMemory restored = create.apply(MemoryState.empty(CLASSES));
    CounterRandom wholeRandom = new CounterRandom(4, 0);
    CounterRandom restoredRandom = new CounterRandom(4, 0);
    long streamSeed = seeded.random().nextLong();
    Random stream = new Random(streamSeed);
    Random sameStream = new Random(streamSeed);
    for (int i = 0; i < 200; i++) {
      offer(whole, stream, wholeRandom);
      StateDict saved = StateDict.of(restored.state().toEntries());
      StateDict read = StateDictSerializer.fromBytes(StateDictSerializer.toBytes(saved));
      restored = create.apply(MemoryState.fromEntries(read, CLASSES));
      restoredRandom = new CounterRandom(4, restoredRandom.counter());
      offer(restored, sameStream, restoredRandom);
      assertThat(restored.state().toEntries())
          .as("after %d samples, %s", i + 1, seeded)
          .isEqualTo(whole.state().toEntries());
    }
  }

  @ParameterizedTest
  @MethodSource("memories")
  void looksAtNoSampleWhoseUncertaintyIsNoNumber(Function<MemoryState, SampleMemory> create) {
    SampleMemory memory = create.apply(MemoryState.empty(CLASSES));
    CounterRandom random = new CounterRandom(1, 0);
    memory.add(new float[] {1}, 0, 0.1, random);
    MemoryState before = memory.state();
    memory.add(new float[] {2}, 1, Double.NaN, random);
    assertThat(memory.state()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("memories")
  void storesPixelsAsBytesOnlyWhereThatLosesNothing(Function<MemoryState, SampleMemory> create) {
    SampleMemory memory = create.apply(MemoryState.empty(CLASSES));
    CounterRandom random = new CounterRandom(1, 0);
    float[] pixels = new float[256];
    for (int i = 0; i < 256; i++) {
      pixels[i] = i / 255f;
    }
    memory.add(pixels, 3, 0.1, random);
    assertThat(memory.state().toEntries().get("memory.samples").type())
        .isEqualTo(ElementType.UINT8);
    StateDict saved = StateDict.of(memory.state().toEntries());
    MemoryState read = MemoryState.fromEntries(saved, CLASSES);
    assertThat(read.items().get(0).sample()).isEqualTo(pixels);
    for (float odd : new float[] {-0.0f, Math.nextUp(1 / 255f), 1.5f, -1 / 255f}) {
      float[] other = pixels.clone();
      other[7] = odd;
      SampleMemory mixed = create.apply(memory.state());
      mixed.add(other, 3, 0.1, random);
      MemoryState again = MemoryState.fromEntries(StateDict.of(mixed.state().toEntries()), CLASSES);
      assertThat(mixed.state().toEntries().get("memory.samples").type())
          .isEqualTo(ElementType.FLOAT32);
      assertThat(again.items().get(1).sample()).isEqualTo(other);
    }
  }

  @ParameterizedTest
  @MethodSource("memories")
  void refusesWhatDoesNotFit(Function<MemoryState, SampleMemory> create) {
    SampleMemory memory = create.apply(MemoryState.empty(CLASSES));
    memory.add(new float[] {1}, 0, 0.1, new CounterRandom(1, 0));
    StateDict saved = StateDict.of(memory.state().toEntries());
    assertThatThrownBy(() -> MemoryState.fromEntries(saved, 7))
        .hasMessageContaining("5 classes, the model's are 7");
    assertThat(MemoryState.fromEntries(StateDict.EMPTY, 7)).isEqualTo(MemoryState.empty(7));
    MemoryState tooMany =
        new MemoryState(
            IntStream.range(0, CAPACITY + 1)
                .mapToObj(i -> new MemoryItem(new float[1], 0, 0, i))
                .toList(),
            MemoryState.empty(CLASSES).seen());
    assertThatThrownBy(() -> create.apply(tooMany)).hasMessageContaining("holds 13 samples");
  }

  @ParameterizedTest
  @MethodSource("memories")
  void sameNumbersGiveTheSameMemory(Function<MemoryState, SampleMemory> create) {
    Set<List<Float>> outcomes = new HashSet<>();
    for (int run = 0; run < 2; run++) {
      SampleMemory memory = create.apply(MemoryState.empty(CLASSES));
      CounterRandom random = new CounterRandom(9, 0);
      for (int i = 0; i < 200; i++) {
        memory.add(new float[] {i}, i * i % CLASSES, i % 7 / 7.0, random);
      }
      outcomes.add(memory.items().stream().map(item -> item.sample()[0]).toList());
    }
    assertThat(outcomes).hasSize(1);
  }

  private static void offer(SampleMemory memory, Random stream, CounterRandom random) {
    float[] sample = {stream.nextFloat(), stream.nextFloat()};
    memory.add(sample, stream.nextInt(CLASSES), 1.6 * stream.nextDouble(), random);
  }
}
