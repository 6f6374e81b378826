package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.jobs.control.StreamControl;

/** One stream's state in native memory, with what Flink does not know of it yet. */
final class LiveStream {
  private static final long NEVER = -1;

  private final Served served;
  private AdaptationState state;
  private Usage usage;
  private StreamControl control;
  private long written;
  private boolean usageChanged;
  private boolean controlChanged;
  private int revision;

  private LiveStream(
      Served served, boolean moved, AdaptationState state, Usage usage, StreamControl control) {
    this.served = served;
    this.state = state;
    this.usage = usage;
    this.control = control;
    this.written = moved ? NEVER : state.revision();
    this.controlChanged = moved;
  }

  /** A stream that goes on in its program. */
  static LiveStream goingOn(
      Served served, AdaptationState state, Usage usage, StreamControl control) {
    return new LiveStream(served, false, state, usage, control);
  }

  /** A stream that comes from another program. */
  static LiveStream moved(
      Served served, AdaptationState state, Usage usage, StreamControl control) {
    return new LiveStream(served, true, state, usage, control.at(state.steps()));
  }

  /** The program whose state it is. */
  Served served() {
    return served;
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

  /** As of which revision of what serves it is known to be in the right program. */
  int revision() {
    return revision;
  }

  void seen(int now) {
    revision = now;
  }

  void written() {
    written = state.revision();
    usageChanged = false;
    controlChanged = false;
  }
}
