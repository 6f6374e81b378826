package dev.evenkeel.adapters.tta.objective;

import dev.evenkeel.adapters.tta.Option;
import java.util.List;

/** Settings of the objectives that learn from a memory. */
public final class MemoryOptions {
  public static final Option<Integer> CAPACITY =
      Option.integer(
          "memory.capacity", 64, 1, "samples, at least 1", "Samples that a stream remembers.");
  public static final Option<Integer> UPDATE_EVERY =
      Option.integer(
          "memory.update-every",
          64,
          1,
          "samples, at least 1",
          "Number of samples after which the memory is learned from.");
  public static final Option<Integer> MINIMAL =
      Option.integer(
          "memory.minimal",
          8,
          1,
          "samples, at least 1",
          "Fewer remembered samples are not learned from: their statistics would be chance.");

  /** All of them. */
  static final List<Option<?>> ALL = List.of(CAPACITY, MINIMAL, UPDATE_EVERY);

  private MemoryOptions() {}
}
