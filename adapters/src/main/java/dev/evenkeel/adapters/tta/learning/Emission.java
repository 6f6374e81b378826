package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.labelshift.adapter.LinearHead;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.correction.Corrected;
import dev.evenkeel.adapters.tta.correction.Correction;
import dev.evenkeel.adapters.tta.correction.Refresh;
import java.util.Optional;

/** What leaves of a pass's answers: corrected where the recipe has a correction. */
final class Emission {
  private final int classes;
  private final Optional<Correction> correction;

  Emission(AdaptationProgram program) {
    classes = program.source().classes();
    correction =
        program
            .recipe()
            .correction()
            .map(method -> method.create(program.recipe(), program.source()));
  }

  /**
   * What is emitted.
   *
   * @param logits {@code [samples, classes]}
   * @param state the entries given, with what the correction remembers
   * @param belief what the network says before the correction, where that matters
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  record Emitted(float[] logits, StateDict state, Optional<Belief> belief) {}

  /** What the adapted network is to answer from time to time, if anything. */
  Optional<Refresh> refresh() {
    return correction.flatMap(Correction::refresh);
  }

  /** The head that answers the next batch in the place of the model's last layer, if any. */
  Optional<LinearHead> head(StateDict state) {
    return correction.flatMap(known -> known.head(state));
  }

  /** Corrects answers by what is known from the batches before. */
  Emitted of(Answers answers, StateDict state) {
    float[] logits = answers.logits();
    if (correction.isEmpty()) {
      return new Emitted(logits, state, Optional.empty());
    }
    if (answers.own().isPresent()) {
      return new Emitted(
          logits,
          state.with(correction.get().follow(answers.own().get(), state)),
          Optional.empty());
    }
    Corrected corrected =
        correction
            .get()
            .correct(logits, answers.features(), logits.length / classes, classes, state);
    return new Emitted(corrected.logits(), state.with(corrected.entries()), belief(logits));
  }

  private Optional<Belief> belief(float[] logits) {
    return switch (correction.orElseThrow().trust()) {
      case ANSWERS -> Optional.empty();
      case NETWORK -> Optional.of(new Belief(logits, true));
      case SEQUENCE -> Optional.of(new Belief(logits, false));
    };
  }
}
