package dev.evenkeel.adapters.tta.correction;

import dev.evenkeel.adapters.labelshift.estimator.BatchEstimator;
import dev.evenkeel.adapters.labelshift.estimator.HeadEstimator;
import dev.evenkeel.adapters.labelshift.estimator.OnlineEstimator;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.StateDict;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

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

  /** Whether it answers with a head of its own. */
  boolean adaptsHead() {
    return online instanceof HeadEstimator;
  }

  /**
   * Logits {@code [samples, classes]} of the head that the estimator adapts; empty if it adapts
   * none, or has seen nothing.
   *
   * @param features {@code [samples, width]}
   */
  Optional<float[]> logits(StateDict before, float[] features) {
    if (!(online instanceof HeadEstimator head)) {
      return Optional.empty();
    }
    double[] read = IntStream.range(0, features.length).mapToDouble(i -> features[i]).toArray();
    return before.find(STATE).map(state -> floats(head.logits(state.toDoubles(), read)));
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  double[] prior(double[] state) {
    return online.prior(state);
  }

  Map<String, Tensor> entries(double[] state) {
    return Map.of(STATE, Tensor.ofDoubles(Shape.of(state.length), state));
  }
}
