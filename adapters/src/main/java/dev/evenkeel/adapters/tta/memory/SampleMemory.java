package dev.evenkeel.adapters.tta.memory;

import dev.evenkeel.adapters.tta.CounterRandom;
import java.util.List;

/**
 * A few samples of a stream, balanced over the classes the model saw in them: what a method learns
 * from in place of the latest batch. Mutable, for one thread; {@link #state} is what to keep.
 */
public sealed interface SampleMemory permits CategoryMemory, ReservoirMemory {
  /**
   * Offers a sample, which may take the place of another or be left out. A sample whose uncertainty
   * is not finite is not looked at.
   *
   * @param sample as the model takes it, flattened; not to be changed afterwards
   * @param label class the model sees in it, from 0
   * @param uncertainty of that answer, in nats
   */
  void add(float[] sample, int label, double uncertainty, CounterRandom random);

  /** What is remembered: by class, within a class in the order in which it came. */
  List<MemoryItem> items();

  MemoryState state();
}
