package dev.evenkeel.adapters.runtime.ort;

import dev.evenkeel.adapters.tta.Outcome;
import java.util.Set;

/** The outcomes that the runtime itself decides. */
final class Outcomes {
  static final Outcome ADAPTED = new Outcome.Adapted();
  static final Outcome SOURCE = new Outcome.Source();
  static final Outcome TOO_SMALL = new Outcome.Skipped("batch-below-minimum");
  static final Outcome FROZEN = new Outcome.Skipped("frozen");
  static final Outcome FALL_BACK = new Outcome.Skipped("fall-back");
  static final Outcome NON_FINITE = new Outcome.Skipped("non-finite");

  /** Those whose answers are the source model's. */
  static final Set<Outcome> FROM_SOURCE = Set.of(SOURCE, TOO_SMALL, FALL_BACK, NON_FINITE);

  private Outcomes() {}
}
