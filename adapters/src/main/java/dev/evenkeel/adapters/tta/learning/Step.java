package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tta.Learned;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.StateDict;

/**
 * What a step made.
 *
 * @param logits {@code [samples, classes]} to be emitted
 * @param entries successor of the state's entries
 * @param moved whether the statistics after the step were written
 * @param companionMoved whether those of the companion were
 * @param outcome what happened to the state; {@link Outcome.Reset} sends the statistics back to
 *     where they started
 * @param learned what was learned from
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record Step(
    float[] logits,
    StateDict entries,
    boolean moved,
    boolean companionMoved,
    Outcome outcome,
    Learned learned) {
  /** A step that is refused, the state left as it was. */
  static Step nonFinite(float[] logits, StateDict entries) {
    return new Step(logits, entries, false, false, StepOutcomes.NON_FINITE, Learned.NOTHING);
  }
}
