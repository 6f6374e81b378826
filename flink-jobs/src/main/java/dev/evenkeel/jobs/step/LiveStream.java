package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.jobs.batch.OpenBatch;

/** One stream's state in native memory and its open batch, with what Flink does not know yet. */
final class LiveStream {
  final AdaptationState state;
  final OpenBatch batch;
  private boolean stateChanged;
  private boolean batchChanged;

  LiveStream(AdaptationState state, OpenBatch batch) {
    this.state = state;
    this.batch = batch;
  }

  /**
   * Notes whether a step changed the state: it counts every change, also where no parameter moved.
   *
   * @param before steps of the state before it
   */
  void steppedFrom(long before) {
    stateChanged |= state.steps() != before;
  }

  void batchChanged() {
    batchChanged = true;
  }

  boolean isStateChanged() {
    return stateChanged;
  }

  boolean isBatchChanged() {
    return batchChanged;
  }

  void written() {
    stateChanged = false;
    batchChanged = false;
  }
}
