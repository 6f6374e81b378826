package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tta.Learned;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.StateDict;
import java.util.Optional;

/**
 * What a step made.
 *
 * @param logits {@code [samples, classes]} to be emitted
 * @param belief what the network says before a correction, where that matters
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
    Optional<Belief> belief,
    StateDict entries,
    boolean moved,
    boolean companionMoved,
    Outcome outcome,
    Learned learned) {
  /** A step that is refused, the state left as it was. */
  static Step nonFinite(float[] logits, StateDict entries) {
    return new Step(
        logits, Optional.empty(), entries, false, false, StepOutcomes.NON_FINITE, Learned.NOTHING);
  }

  /** The same step with other entries. */
  Step with(StateDict other) {
    return new Step(logits, belief, other, moved, companionMoved, outcome, learned);
  }

  /**
   * The same answers, and the state back at its start.
   *
   * @param start entries to go on with
   * @param reason category that can be counted, lower-case with hyphens
   */
  Step reset(StateDict start, String reason) {
    return new Step(
        logits, belief, start, moved, companionMoved, new Outcome.Reset(reason), learned);
  }

  /** Whether it can be kept, as far as its answers tell. */
  boolean isSound() {
    return !outcome.equals(StepOutcomes.NON_FINITE) && Rows.isFinite(logits);
  }
}
