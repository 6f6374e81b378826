package dev.evenkeel.adapters.labelshift.estimator;

/** Estimates the label distribution of one batch from its answers. Immutable. */
public interface BatchEstimator {
  /** Name in the {@linkplain Estimators registry}. */
  String name();

  /**
   * Estimates, or refuses with the source prior and the reason.
   *
   * @param probabilities calibrated answers of the source model, {@code [samples, classes]} row by
   *     row; rows that are not finite are left out
   * @throws IllegalArgumentException if they are no whole rows, or a finite row is no distribution
   */
  LabelEstimate estimate(double[] probabilities);
}
