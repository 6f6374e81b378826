package dev.evenkeel.adapters.labelshift.estimator;

/**
 * Moves answers from the source prior to another one by the Bayes rule: {@code p'(y|x)} is
 * proportional to {@code p(y|x) q[y] / prior[y]} (Saerens, Latinne and Decaestecker, Neural
 * Computation 2002, equation 4). Shares count as at least {@code 1e-3 / classes}; classes that the
 * source does not have get probability 0.
 */
public final class PriorCorrection {
  private static final double FLOOR = 1e-3;

  private final double[] source;

  /**
   * A correction.
   *
   * @param source prior {@code [classes]} of the answers
   */
  public PriorCorrection(double[] source) {
    this.source = source.clone();
  }

  /** What to add to calibrated logits, {@code [classes]}; minus infinity for absent classes. */
  public double[] offsets(double[] prior) {
    double[] offsets = new double[source.length];
    for (int y = 0; y < offsets.length; y++) {
      offsets[y] =
          source[y] > 0
              ? Math.log(Math.max(prior[y], FLOOR / source.length)) - Math.log(source[y])
              : Double.NEGATIVE_INFINITY;
    }
    return offsets;
  }

  /**
   * Corrects answers.
   *
   * @param probabilities under the source prior, {@code [samples, classes]} row by row
   */
  public double[] correct(double[] probabilities, double[] prior) {
    double[] offsets = offsets(prior);
    double[] factors = new double[offsets.length];
    for (int y = 0; y < factors.length; y++) {
      factors[y] = source[y] > 0 ? Math.exp(offsets[y]) : 0;
    }
    double[] moved = new double[probabilities.length];
    for (int offset = 0; offset < moved.length; offset += factors.length) {
      double sum = 0;
      for (int y = 0; y < factors.length; y++) {
        moved[offset + y] = probabilities[offset + y] * factors[y];
        sum += moved[offset + y];
      }
      for (int y = 0; y < factors.length && sum > 0; y++) {
        moved[offset + y] /= sum;
      }
    }
    return moved;
  }
}
