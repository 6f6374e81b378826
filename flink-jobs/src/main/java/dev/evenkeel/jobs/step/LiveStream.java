package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.jobs.control.StreamControl;

/** One stream's state in native memory, with what Flink does not know of it yet. */
final class LiveStream {
  private static final long NEVER = -1;

  private AdaptationState state;
  private Usage usage;
  private StreamControl control;
  private long written;
  private boolean usageChanged;
  private boolean controlChanged;

  LiveStream(AdaptationState state, Usage usage, StreamControl control) {
    this.state = state;
    this.usage = usage;
    this.control = control;
    this.written = state.revision();
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
    written = NEVER;
    told(control.at(fresh.steps()));
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
    return state.revision() != written;
  }

  boolean isUsageChanged() {
    return usageChanged;
  }

  void written() {
    written = state.revision();
    usageChanged = false;
    controlChanged = false;
  }
}
