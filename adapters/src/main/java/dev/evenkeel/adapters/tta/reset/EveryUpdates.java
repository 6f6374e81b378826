package dev.evenkeel.adapters.tta.reset;

/**
 * Resets after every so many optimiser steps.
 *
 * @param count steps between two resets, at least 1
 */
public record EveryUpdates(int count) {
  public EveryUpdates {
    if (count < 1) {
      throw new IllegalArgumentException(
          "Reset every " + count + " updates, expected at least every update");
    }
  }

  /**
   * Whether a reset follows the last step.
   *
   * @param updates steps taken since the start, at least 0; there is no reset before the first
   */
  public boolean due(long updates) {
    return updates > 0 && updates % count == 0;
  }
}
