package dev.evenkeel.adapters.tta.memory;

import dev.evenkeel.adapters.tta.CounterRandom;
import java.util.List;

/**
 * Prediction-balanced reservoir sampling: evens out the classes, and within a class keeps a uniform
 * sample of all that came. Gong et al., "NOTE: Robust Continual Test-time Adaptation Against
 * Temporal Correlation", NeurIPS 2022.
 */
public final class ReservoirMemory implements SampleMemory {
  private final Shelves shelves;

  /**
   * @param capacity most samples held, at least 1; the paper has 64
   */
  public ReservoirMemory(MemoryState state, int capacity) {
    this.shelves = new Shelves(state, capacity);
  }

  @Override
  public void add(float[] sample, int label, double uncertainty, CounterRandom random) {
    if (!Double.isFinite(uncertainty)) {
      return;
    }
    long seen = shelves.count(label);
    if (!shelves.full() || makesRoom(label, seen, random)) {
      shelves.of(label).add(new MemoryItem(sample, label, (float) uncertainty, 0));
    }
    shelves.age();
  }

  private boolean makesRoom(int label, long seen, CounterRandom random) {
    List<Integer> largest = shelves.largest();
    List<MemoryItem> crowd;
    if (largest.contains(label)) {
      crowd = shelves.of(label);
      if (random.nextDouble() > (double) crowd.size() / seen) {
        return false;
      }
    } else {
      crowd = shelves.of(largest.get(random.nextInt(largest.size())));
    }
    crowd.remove(random.nextInt(crowd.size()));
    return true;
  }

  @Override
  public List<MemoryItem> items() {
    return state().items();
  }

  @Override
  public MemoryState state() {
    return shelves.state();
  }
}
