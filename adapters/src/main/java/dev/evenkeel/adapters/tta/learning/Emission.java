package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.correction.Correction;
import java.util.Optional;

/** What leaves of a pass's answers: corrected where the recipe has a correction. */
final class Emission {
  private final int classes;
  private final Optional<Correction> correction;

  Emission(AdaptationProgram program) {
    classes = program.source().classes();
    correction = program.recipe().correction().map(method -> method.create(program.recipe()));
  }

  /** Logits {@code [samples, classes]} to be emitted. */
  float[] of(Answers answers) {
    float[] logits = answers.logits();
    return correction
        .map(method -> method.correct(logits, answers.features(), logits.length / classes, classes))
        .orElse(logits);
  }
}
