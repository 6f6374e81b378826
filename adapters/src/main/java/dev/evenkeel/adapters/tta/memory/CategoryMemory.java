package dev.evenkeel.adapters.tta.memory;

import dev.evenkeel.adapters.tta.CounterRandom;
import java.util.List;

/**
 * Category-balanced sampling with timeliness and uncertainty: each class has an equal budget, and
 * what is old or uncertain makes room for what is recent and certain. Yuan et al., "Robust
 * Test-Time Adaptation in Dynamic Scenarios" (RoTTA), CVPR 2023.
 *
 * <p>An item's score is {@code timeliness / (1 + exp(-age / capacity)) + certainty u /
 * ln(classes)}, the higher the worse. Nothing here is random.
 */
public final class CategoryMemory implements SampleMemory {
  private final Shelves shelves;
  private final int capacity;
  private final double timeliness;
  private final double certainty;

  /**
   * @param capacity most samples held, at least 1; the paper has 64
   * @param timeliness weight of age, at least 0; the paper has 1
   * @param certainty weight of uncertainty, at least 0; the paper has 1
   */
  public CategoryMemory(MemoryState state, int capacity, double timeliness, double certainty) {
    if (!(timeliness >= 0 && certainty >= 0)) {
      throw new IllegalArgumentException(
          "Weights of age "
              + timeliness
              + " and of uncertainty "
              + certainty
              + ", expected at least 0");
    }
    this.shelves = new Shelves(state, capacity);
    this.capacity = capacity;
    this.timeliness = timeliness;
    this.certainty = certainty;
  }

  @Override
  public void add(float[] sample, int label, double uncertainty, CounterRandom random) {
    if (!Double.isFinite(uncertainty)) {
      return;
    }
    shelves.count(label);
    MemoryItem item = new MemoryItem(sample, label, (float) uncertainty, 0);
    if (makesRoom(item)) {
      shelves.of(label).add(item);
    }
    shelves.age();
  }

  private boolean makesRoom(MemoryItem item) {
    boolean inBudget = shelves.of(item.label()).size() < (double) capacity / shelves.classes();
    if (inBudget && !shelves.full()) {
      return true;
    }
    MemoryItem worst = null;
    for (int label : inBudget ? shelves.largest() : List.of(item.label())) {
      for (MemoryItem candidate : shelves.of(label)) {
        if (worst == null || score(candidate) >= score(worst)) {
          worst = candidate;
        }
      }
    }
    if (worst == null) {
      return true;
    }
    // No two items have the same age, so this removes no other one.
    return score(worst) > score(item) && shelves.of(worst.label()).remove(worst);
  }

  private double score(MemoryItem item) {
    return timeliness / (1 + Math.exp(-(double) item.age() / capacity))
        + certainty * item.uncertainty() / Math.log(shelves.classes());
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
