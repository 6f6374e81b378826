package dev.evenkeel.adapters.tta.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The items of a memory by class, with the counts of all that came. */
final class Shelves {
  private final int capacity;
  private final List<List<MemoryItem>> byClass = new ArrayList<>();
  private final long[] seen;

  Shelves(MemoryState state, int capacity) {
    if (capacity < 1 || state.items().size() > capacity) {
      throw new IllegalArgumentException(
          "Capacity " + capacity + " of a memory that holds " + state.items().size() + " samples");
    }
    this.capacity = capacity;
    this.seen = state.seen().stream().mapToLong(Long::longValue).toArray();
    for (int i = 0; i < seen.length; i++) {
      byClass.add(new ArrayList<>());
    }
    state.items().forEach(item -> of(item.label()).add(item));
  }

  List<MemoryItem> of(int label) {
    return byClass.get(label);
  }

  int classes() {
    return seen.length;
  }

  boolean full() {
    return byClass.stream().mapToInt(List::size).sum() >= capacity;
  }

  /** The classes that hold most, in order. */
  List<Integer> largest() {
    int most = byClass.stream().mapToInt(List::size).max().orElse(0);
    return IntStream.range(0, classes()).filter(y -> of(y).size() == most).boxed().toList();
  }

  /** Counts a sample; returns how many of its class came so far. */
  long count(int label) {
    return ++seen[label];
  }

  void age() {
    byClass.forEach(items -> items.replaceAll(MemoryItem::older));
  }

  MemoryState state() {
    List<MemoryItem> items = byClass.stream().flatMap(List::stream).toList();
    return new MemoryState(items, IntStream.range(0, classes()).mapToObj(y -> seen[y]).toList());
  }
}
