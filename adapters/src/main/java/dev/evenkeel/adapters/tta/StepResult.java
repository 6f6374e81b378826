package dev.evenkeel.adapters.tta;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * What a step answered.
 *
 * @param streams one for each stream of the call, in the order of its turns
 * @param samples number of samples answered
 * @param classes number of classes
 * @param logits {@code [samples, classes]} as emitted
 * @param sourceLogits {@code [samples, classes]} of the frozen source model, meaningful for the
 *     streams that say so; null where it did not run at all
 * @param sourceFeatures {@code [samples, width]} that its last linear layer read, meaningful for
 *     the same streams; null where no turn asked for them, it did not run at all, or the model has
 *     no such layer
 */
public record StepResult(
    List<StreamStep> streams,
    int samples,
    int classes,
    FloatBuffer logits,
    FloatBuffer sourceLogits,
    FloatBuffer sourceFeatures) {
  public StepResult {
    streams = List.copyOf(streams);
  }

  /** The outcome of a call with one stream. */
  public Outcome outcome() {
    return streams.get(0).outcome();
  }

  /** What all streams together learned from. */
  public Learned learned() {
    return streams.stream().map(StreamStep::learned).reduce(Learned.NOTHING, Learned::plus);
  }
}
