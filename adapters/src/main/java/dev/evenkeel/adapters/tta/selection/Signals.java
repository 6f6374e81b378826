package dev.evenkeel.adapters.tta.selection;

import dev.evenkeel.adapters.tta.objective.Probabilities;
import java.util.Optional;

/** What a selection may look at. What costs a forward pass is computed when it is asked for. */
public interface Signals {
  /** Of the model as adapted so far; these answer the batch. */
  Probabilities adapted();

  /** Of the source's scales and biases under the same normalisation statistics. */
  Probabilities original();

  /**
   * Of the adapted model on destroyed samples.
   *
   * @param rows asked for, {@code [rows]}; other rows of the result may hold anything
   */
  Probabilities destroyed(boolean[] rows);

  /** Moving average of the class probabilities, {@code [classes]}; empty while undefined. */
  Optional<float[]> classProbabilities();
}
