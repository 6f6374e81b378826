package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tta.Outcome;

/** The outcomes that steps share. */
final class StepOutcomes {
  static final Outcome ADAPTED = new Outcome.Adapted();
  static final Outcome NOTHING_SELECTED = new Outcome.Skipped("nothing-selected");

  /** No parameter was to be learned with this batch. */
  static final Outcome NOT_DUE = new Outcome.Skipped("not-due");

  static final Outcome NON_FINITE = new Outcome.Skipped("non-finite");

  private StepOutcomes() {}
}
