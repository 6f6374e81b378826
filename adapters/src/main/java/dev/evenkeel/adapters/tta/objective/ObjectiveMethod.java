package dev.evenkeel.adapters.tta.objective;

import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.Method;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.learning.StepAlgorithm;

/**
 * A method of the objective slot: what is minimised, and from which samples. To add one: a class
 * beside this, a line in {@link ObjectiveMethods}, a test that extends the slot's contract.
 */
public interface ObjectiveMethod extends Method {
  /** Name of a second network whose state lies beside the first's; empty for none. */
  default String companion(Recipe recipe) {
    return "";
  }

  /** Whether it learns from the batch at hand, of which the selection slot keeps some samples. */
  default boolean selects() {
    return true;
  }

  /**
   * How a stream's state takes a step.
   *
   * @throws dev.evenkeel.adapters.tta.RecipeException if settings do not fit the model
   */
  StepAlgorithm algorithm(AdaptationProgram program);
}
