package dev.evenkeel.adapters.tta.selection;

import dev.evenkeel.adapters.tta.Method;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.objective.Probabilities;
import java.util.Optional;

/**
 * A method of the selection slot: which samples of a batch are learned from, and with what weight.
 * To add one: a class beside this, a line in {@link SelectionMethods}, a test that extends the
 * slot's contract.
 */
public interface SelectionMethod extends Method {
  /** The selection with a recipe's settings. */
  Selection create(Recipe recipe);

  /**
   * The moving average of class probabilities after a batch.
   *
   * @param average before the batch; empty while undefined
   * @param batch adapted probabilities
   * @param selected what all selections together kept
   */
  default Optional<float[]> remember(
      Optional<float[]> average, Probabilities batch, Selected selected) {
    return average;
  }

  /** Whether it reads {@link Signals#original}, which is a pass more. */
  default boolean readsOriginal() {
    return false;
  }

  /** Whether sharpness-aware minimisation applies it again at the parameters uphill. */
  default boolean appliesUphill() {
    return false;
  }
}
