package dev.evenkeel.adapters.tta;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * What a step answered.
 *
 * @param outcomes one for each stream of the call, in the order of the states
 * @param samples number of samples answered
 * @param classes number of classes
 * @param logits {@code [samples, classes]} as emitted
 * @param sourceLogits {@code [samples, classes]} of the frozen source model, or null where it did
 *     not run
 * @param learned what all streams together learned from
 */
public record StepResult(
    List<Outcome> outcomes,
    int samples,
    int classes,
    FloatBuffer logits,
    FloatBuffer sourceLogits,
    Learned learned) {

  /** The outcome of a call with one stream. */
  public Outcome outcome() {
    return outcomes.get(0);
  }
}
