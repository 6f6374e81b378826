package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.ProtectedClasses;
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
    boolean resets = AlarmReset.isWanted(program.recipe());
    boolean guards = ProtectedClasses.areNamed(program.recipe());
    Optional<StepAlgorithm> algorithm =
        program
            .recipe()
            .objective()
            .map(objective -> objective.algorithm(program))
            .map(learning -> behindAnyHead(learning, program))
            .or(() -> prediction(program, resets || guards))
            .map(inner -> withRefresh(inner, program));
    Optional<StepAlgorithm> guarded =
        guards ? algorithm.map(inner -> new ProtectedClassReset(inner, program)) : algorithm;
    return resets ? guarded.map(inner -> new AlarmReset(inner, program)) : guarded;
  }

  private static StepAlgorithm withRefresh(StepAlgorithm algorithm, AdaptationProgram program) {
    return new Emission(program)
        .refresh()
        .<StepAlgorithm>map(refresh -> new RefreshedConfusion(algorithm, refresh, program))
        .orElse(algorithm);
  }

  private static StepAlgorithm behindAnyHead(StepAlgorithm learning, AdaptationProgram program) {
    return program.recipe().replacesHead() ? new AnotherHead(learning, program) : learning;
  }

  /** Predicting alone needs an algorithm where something is done about the answers. */
  private static Optional<StepAlgorithm> prediction(AdaptationProgram program, boolean watched) {
    boolean corrects = program.recipe().correction().isPresent();
    if (program.recipe().normalization().followsClasses()) {
      return Optional.of(new BalancedPrediction(program));
    }
    return corrects || watched
        ? Optional.of(new CorrectedPrediction(new Emission(program)))
        : Optional.empty();
  }
}
