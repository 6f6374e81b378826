package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tta.AdaptationState;

/** One stream's state in native memory, with what Flink does not know of it yet. */
final class LiveStream {
  private AdaptationState state;
  private Usage usage;
  private boolean stateChanged;
  private boolean usageChanged;

  LiveStream(AdaptationState state, Usage usage) {
    this.state = state;
    this.usage = usage;
  }

  AdaptationState state() {
    return state;
  }

  Usage usage() {
    return usage;
  }

  /** Starts again from another state; the former one is closed. */
  void restart(AdaptationState fresh) {
    state.close();
    state = fresh;
    stateChanged = true;
  }

  /**
   * Notes whether a step changed the state: it counts every change, also where no parameter moved.
   *
   * @param before steps of the state before it
   */
  void steppedFrom(long before) {
    stateChanged |= state.steps() != before;
  }

  void used(Usage now) {
    usage = now;
    usageChanged = true;
  }

  boolean isStateChanged() {
    return stateChanged;
  }

  boolean isUsageChanged() {
    return usageChanged;
  }

  void written() {
    stateChanged = false;
    usageChanged = false;
  }
}
