package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.jobs.control.StreamControl;

/** One stream's state in native memory, with what Flink does not know of it yet. */
final class LiveStream {
  private AdaptationState state;
  private Usage usage;
  private StreamControl control;
  private boolean stateChanged;
  private boolean usageChanged;
  private boolean controlChanged;

  LiveStream(AdaptationState state, Usage usage, StreamControl control) {
    this.state = state;
    this.usage = usage;
    this.control = control;
  }

  AdaptationState state() {
    return state;
  }

  Usage usage() {
    return usage;
  }

  StreamControl control() {
    return control;
  }

  /** Starts again from another state; the former one is closed. */
  void restart(AdaptationState fresh) {
    state.close();
    state = fresh;
    stateChanged = true;
    told(control.at(fresh.steps()));
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

  /** Notes what it was told, and how far it is. */
  void told(StreamControl now) {
    control = now;
    controlChanged = true;
  }

  boolean isControlChanged() {
    return controlChanged;
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
    controlChanged = false;
  }
}
