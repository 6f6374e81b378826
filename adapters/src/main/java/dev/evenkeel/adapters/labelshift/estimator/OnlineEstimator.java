package dev.evenkeel.adapters.labelshift.estimator;

/**
 * Follows the label distribution of a stream from batch to batch. Immutable: what a stream is known
 * to hold is a flat array, so that it can be checkpointed, and a run that goes on from a copy of it
 * is the same bit for bit.
 */
public interface OnlineEstimator {
  /** Name in the {@linkplain Estimators registry}. */
  String name();

  /** What every stream starts from; its prior is the source's. */
  double[] start();

  /**
   * Learns from a batch; a refused estimate changes nothing.
   *
   * @param state left as it is
   * @param local estimate of the batch alone
   * @param probabilities calibrated answers of the batch under the source prior, {@code [samples,
   *     classes]}; rows that are not finite are left out
   * @return the next state, a fresh array
   * @throws IllegalArgumentException if the state is of another estimator or number of classes
   */
  double[] next(double[] state, LabelEstimate local, double[] probabilities);

  /** The label distribution to expect of the next batch, {@code [classes]}, sum 1. */
  double[] prior(double[] state);
}
