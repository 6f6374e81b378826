package dev.evenkeel.adapters.tta.correction;

import dev.evenkeel.adapters.labelshift.estimator.BatchEstimator;
import dev.evenkeel.adapters.labelshift.estimator.OnlineEstimator;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.StateDict;
import java.util.Map;

/**
 * An estimator of the label distribution by name: one that judges each batch alone, and one that
 * follows its judgements.
 */
record ChosenEstimator(BatchEstimator local, OnlineEstimator online) {
  private static final String STATE = "labelshift.estimator";

  Map<String, Tensor> initialEntries() {
    return entries(online.start());
  }

  /** The state after a batch of calibrated probabilities {@code [samples, classes]}. */
  double[] next(StateDict before, double[] probabilities) {
    double[] state = before.get(STATE).toDoubles();
    return online.next(state, local.estimate(probabilities), probabilities);
  }

  double[] prior(double[] state) {
    return online.prior(state);
  }

  Map<String, Tensor> entries(double[] state) {
    return Map.of(STATE, Tensor.ofDoubles(Shape.of(state.length), state));
  }
}
