package dev.evenkeel.adapters.tta.correction;

import dev.evenkeel.adapters.tta.Method;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SourceModel;

/**
 * A method of the correction slot: what becomes of answers before they leave. To add one: a class
 * beside this, a line in {@link CorrectionMethods}, a test.
 */
public interface CorrectionMethod extends Method {
  /**
   * The correction with a recipe's settings.
   *
   * @throws dev.evenkeel.adapters.tta.RecipeException if settings do not fit the model
   */
  Correction create(Recipe recipe, SourceModel source);

  /** Whether its answers are those of {@link Correction#head another head}. */
  default boolean replacesHead() {
    return false;
  }

  /** Whether it reads the features before the last linear layer, with a recipe's settings. */
  default boolean readsFeatures(Recipe recipe) {
    return false;
  }
}
