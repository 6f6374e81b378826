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

  /** The state after a batch of calibrated probabilities {@code [samples, classes]}. */
  double[] next(StateDict before, double[] probabilities) {
    // No entry before the first batch: what some estimators remember grows with the stream.
    double[] state = before.find(STATE).map(Tensor::toDoubles).orElseGet(online::start);
    return online.next(state, local.estimate(probabilities), probabilities);
  }

  double[] prior(double[] state) {
    return online.prior(state);
  }

  Map<String, Tensor> entries(double[] state) {
    return Map.of(STATE, Tensor.ofDoubles(Shape.of(state.length), state));
  }
}
