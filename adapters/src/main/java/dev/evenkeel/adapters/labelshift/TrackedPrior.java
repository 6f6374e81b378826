package dev.evenkeel.adapters.labelshift;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.Map;

/**
 * What a stream is known to hold: several estimates of its label distribution that follow at
 * different rates, how well each foretold the answers, and what the gate looks at. Arrays are not
 * to be changed.
 *
 * @param prior that the next batch is corrected with; the source prior while the gate is closed
 * @param experts {@code [experts][classes]}, the first the source prior
 * @param weights of the experts, sum 1
 * @param moments weighted sum over the past, {@code [3 * classes]}
 * @param momentWeight weight of the past in that sum, in [0, 1]
 * @param explanation mixture of source classes that explains the moments best, {@code [classes]}
 * @param residual what it leaves, in standard deviations; infinite before the first batch
 * @param evidence moving average of the log-likelihood that the correction gains, in nats a sample
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record TrackedPrior(
    double[] prior,
    double[][] experts,
    double[] weights,
    double[] moments,
    double momentWeight,
    double[] explanation,
    double residual,
    double evidence) {
  /** Name of the entry that tells the prior. */
  public static final String PRIOR = "labelshift.prior";

  private static final String EXPERTS = "labelshift.experts";
  private static final String WEIGHTS = "labelshift.expert-weights";
  private static final String MOMENTS = "labelshift.moments";
  private static final String EXPLANATION = "labelshift.explanation";
  private static final String GATE = "labelshift.gate";

  /** The same with another prior to correct with. */
  public TrackedPrior withPrior(double[] trusted) {
    return new TrackedPrior(
        trusted, experts, weights, moments, momentWeight, explanation, residual, evidence);
  }

  /** The entries of a state. */
  public Map<String, Tensor> toEntries() {
    int classes = prior.length;
    double[] flat = new double[experts.length * classes];
    for (int k = 0; k < experts.length; k++) {
      System.arraycopy(experts[k], 0, flat, k * classes, classes);
    }
    return Map.of(
        PRIOR,
        Tensor.ofDoubles(Shape.of(classes), prior),
        EXPERTS,
        Tensor.ofDoubles(Shape.of(experts.length, classes), flat),
        WEIGHTS,
        Tensor.ofDoubles(Shape.of(experts.length), weights),
        MOMENTS,
        Tensor.ofDoubles(Shape.of(moments.length), moments),
        EXPLANATION,
        Tensor.ofDoubles(Shape.of(classes), explanation),
        GATE,
        Tensor.ofDoubles(Shape.of(3), momentWeight, residual, evidence));
  }

  /**
   * What {@link #toEntries} wrote.
   *
   * @param state entries of a stream, others among them
   */
  public static TrackedPrior of(Map<String, Tensor> state) {
    double[] prior = state.get(PRIOR).toDoubles();
    double[] weights = state.get(WEIGHTS).toDoubles();
    double[] flat = state.get(EXPERTS).toDoubles();
    double[][] experts = new double[weights.length][prior.length];
    for (int k = 0; k < weights.length; k++) {
      System.arraycopy(flat, k * prior.length, experts[k], 0, prior.length);
    }
    double[] gate = state.get(GATE).toDoubles();
    return new TrackedPrior(
        prior,
        experts,
        weights,
        state.get(MOMENTS).toDoubles(),
        gate[0],
        state.get(EXPLANATION).toDoubles(),
        gate[1],
        gate[2]);
  }

  /** Mean of the experts by their weights: the estimated label distribution, gate or not. */
  public double[] estimate() {
    double[] mean = new double[prior.length];
    for (int k = 0; k < experts.length; k++) {
      for (int y = 0; y < mean.length; y++) {
        mean[y] += weights[k] * experts[k][y];
      }
    }
    return mean;
  }
}
