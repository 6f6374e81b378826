package dev.evenkeel.adapters.labelshift.estimator;

/**
 * Adapts the model's last layer to the label distribution instead of telling a prior to correct by.
 * Its prior is the mean of the estimates, for reports.
 */
public interface HeadEstimator extends OnlineEstimator {
  /**
   * Logits of the adapted layer.
   *
   * @param features {@code [samples, width]}
   * @return {@code [samples, classes]}
   */
  double[] logits(double[] state, double[] features);
}
