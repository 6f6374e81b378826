package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tta.CounterRandom;

/** Makes images whose objects are destroyed. */
@FunctionalInterface
interface Destroyer {
  /**
   * Destroys samples.
   *
   * @param samples {@code [count, sample...]}
   * @param step number of the stream's step
   * @return as many samples
   */
  float[] destroy(float[] samples, int count, long step, CounterRandom random);
}
