package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tta.AdaptationProgram;
import java.util.Optional;

/** The algorithm of a program's recipe. */
public final class StepAlgorithms {
  private StepAlgorithms() {}

  /**
   * How a stream takes a step; empty where the graph alone does it.
   *
   * @throws dev.evenkeel.adapters.tta.RecipeException if settings do not fit the model
   */
  public static Optional<StepAlgorithm> of(AdaptationProgram program) {
    if (program.recipe().objective().isPresent()) {
      return Optional.of(program.recipe().objective().get().algorithm(program));
    }
    return program
        .recipe()
        .correction()
        .map(method -> new CorrectedPrediction(new Emission(program)));
  }
}
