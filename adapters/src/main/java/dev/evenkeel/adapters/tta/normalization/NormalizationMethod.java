package dev.evenkeel.adapters.tta.normalization;

import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayers;
import dev.evenkeel.adapters.tta.Method;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SourceModel;
import java.util.Map;

/**
 * A method of the normalisation slot: where a network's batch normalisations take their statistics
 * from. To add one: a class beside this, a line in {@link NormalizationMethods}, a test that
 * extends the slot's contract.
 */
public interface NormalizationMethod extends Method {
  /**
   * Whether statistics are those of the stream's own batches, so that a covariate shift does not
   * push answers into few classes.
   */
  default boolean followsBatches() {
    return false;
  }

  /** Whether statistics follow what class each sample is answered to be of. */
  default boolean followsClasses() {
    return false;
  }

  /** Smallest batch of a stream the method is meaningful for, unless set otherwise. */
  default int minimalBatch() {
    return 1;
  }

  /**
   * How much surer a network is of what it answers by these statistics than it is right, compared
   * with the source model: dividing its logits by this makes both beliefs comparable. Measured, see
   * docs/guards.md.
   */
  default double temperature() {
    return 1;
  }

  /** Where statistics come from while the state stays as it is. */
  FrozenStatistics frozen();

  /**
   * Settings under which the running program answers as the frozen one does: those that keep a
   * batch from moving the statistics that it is answered with.
   */
  default Map<String, String> frozenSettings() {
    return Map.of();
  }

  /**
   * Plans the rewriting of a model. Settings the method reads beside {@link #options} are {@link
   * #MIN_BATCH}.
   *
   * @param layers of the model, at least one of them replaceable
   * @param seed of everything random
   * @throws dev.evenkeel.adapters.tta.RecipeException if settings do not fit the model
   */
  NormalizationPlan plan(SourceModel source, NormalizationLayers layers, Recipe recipe, long seed);

  /** A batch of a stream below this is answered by the source model; empty: the method's own. */
  Option<Integer> MIN_BATCH =
      new Option<>(
          "normalization.min-batch",
          "integer",
          "",
          "samples, at least 1",
          "Smaller batches of a stream are answered by the source model and not learned from;"
              + " default 16 for batch statistics, else 1.",
          text -> text.isEmpty() ? Integer.valueOf(0) : Option.integerAtLeast(1).apply(text));
}
