package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.reset.ServedAverage;

/**
 * How batches are learned from.
 *
 * @param updateEvery learns from every k-th batch
 * @param sharpness radius of sharpness-aware minimisation; 0 for none
 * @param sourceShare share of the source parameters in those that answer
 * @param auxiliaryWrites whether auxiliary passes write statistics
 * @param destroyer makes the images whose objects are destroyed
 */
record OnlineSettings(
    int updateEvery,
    double sharpness,
    double sourceShare,
    boolean auxiliaryWrites,
    Destroyer destroyer) {
  static OnlineSettings of(Recipe recipe, Destroyer destroyer) {
    return new OnlineSettings(
        recipe.get(LearningOptions.UPDATE_EVERY),
        recipe.get(LearningOptions.SHARPNESS),
        recipe.get(LearningOptions.SOURCE_SHARE),
        recipe.get(LearningOptions.AUXILIARY_WRITES),
        destroyer);
  }

  /** The parameters that answer. */
  float[] served(float[] parameters, float[] source) {
    return sourceShare == 0 ? parameters : new ServedAverage(sourceShare).apply(parameters, source);
  }
}
