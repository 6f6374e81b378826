package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tta.objective.Ewc;
import dev.evenkeel.adapters.tta.objective.Loss;
import dev.evenkeel.adapters.tta.objective.Objective;
import dev.evenkeel.adapters.tta.objective.Probabilities;
import dev.evenkeel.adapters.tta.selection.Selected;
import java.util.Optional;

/**
 * The loss of a batch: an objective over the selected samples, and what holds the parameters.
 *
 * @param objective of the logits
 * @param perSelected whether the divisor is the number of selected samples, not that of all
 * @param regularizer of the parameters
 */
record BatchLoss(Objective objective, boolean perSelected, Optional<Ewc> regularizer) {
  /** Derivative by the logits, {@code [samples * classes]}. */
  float[] seed(Probabilities batch, Selected selected) {
    return of(batch, selected).toFloats();
  }

  double value(Probabilities batch, Selected selected) {
    return of(batch, selected).value();
  }

  Loss of(Probabilities batch, Selected selected) {
    return objective.of(batch, coefficients(selected));
  }

  /** Weight over divisor of each sample; 0 where it was not selected. */
  double[] coefficients(Selected selected) {
    boolean[] kept = selected.kept();
    double[] coefficients = new double[kept.length];
    double divisor = perSelected ? Math.max(1, selected.count()) : kept.length;
    for (int i = 0; i < kept.length; i++) {
      coefficients[i] = kept[i] ? selected.weights()[i] / divisor : 0;
    }
    return coefficients;
  }

  /** Adds the regulariser's gradient at some parameters. */
  void addRegularizer(float[] gradient, float[] parameters) {
    regularizer.ifPresent(
        ewc -> {
          double[] pull = ewc.of(parameters).gradient();
          for (int i = 0; i < gradient.length; i++) {
            gradient[i] += (float) pull[i];
          }
        });
  }
}
