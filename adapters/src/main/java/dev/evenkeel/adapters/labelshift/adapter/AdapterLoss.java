package dev.evenkeel.adapters.labelshift.adapter;

/**
 * The generalised logit adjustment: cross-entropy of logits plus ln source prior - ln target prior.
 * Its minimum over samples of the source are the posteriors under the target prior. The adjustment
 * is there in training only.
 */
final class AdapterLoss {
  private static final double FLOOR = 1e-3;

  private AdapterLoss() {}

  /**
   * Mean loss of samples for one target prior.
   *
   * @param features {@code [samples][width]}
   * @param gradient where its derivative by the parameters is added
   */
  static double of(
      LabelShiftAdapter adapter,
      double[] target,
      float[][] features,
      int[] labels,
      double[] gradient) {
    AdapterPass pass = new AdapterPass(adapter, target);
    int classes = adapter.head().classes();
    int width = adapter.head().width();
    double[] adjustment = adjustment(adapter.prior(), target);
    double[] byScale = new double[width];
    double[] byOffset = new double[width];
    double[][] byWeight = new double[classes][width];
    double[] byShift = new double[classes];
    double loss = 0;
    for (int n = 0; n < labels.length; n++) {
      double[] moved = new double[width];
      for (int i = 0; i < width; i++) {
        moved[i] = pass.scale(i) * features[n][i] + pass.offset(i);
      }
      double[] scores = new double[classes];
      for (int y = 0; y < classes; y++) {
        double sum = adapter.head().bias()[y] + pass.shift(y) + adjustment[y];
        for (int i = 0; i < width; i++) {
          sum += pass.weight(y, i) * moved[i];
        }
        scores[y] = sum;
      }
      loss += toDerivative(scores, labels[n]) / labels.length;
      double[] byMoved = new double[width];
      for (int y = 0; y < classes; y++) {
        double slope = scores[y] / labels.length;
        byShift[y] += slope;
        for (int i = 0; i < width; i++) {
          byMoved[i] += slope * pass.weight(y, i);
          byWeight[y][i] += slope * moved[i];
        }
      }
      for (int i = 0; i < width; i++) {
        byScale[i] += byMoved[i] * features[n][i];
        byOffset[i] += byMoved[i];
      }
    }
    pass.addGradient(byScale, byOffset, byWeight, byShift, gradient);
    return loss;
  }

  /** ln source - ln target, both floored, zero where they are equal. */
  private static double[] adjustment(double[] source, double[] target) {
    double[] adjustment = new double[source.length];
    for (int y = 0; y < source.length; y++) {
      double floor = FLOOR / source.length;
      adjustment[y] = Math.log((source[y] + floor) / (target[y] + floor));
    }
    return adjustment;
  }

  /** Turns scores into the derivative of their cross-entropy, in place, and returns that. */
  static double toDerivative(double[] scores, int label) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      largest = Math.max(largest, score);
    }
    double sum = 0;
    for (double score : scores) {
      sum += Math.exp(score - largest);
    }
    double total = largest + Math.log(sum);
    double loss = total - scores[label];
    for (int y = 0; y < scores.length; y++) {
      scores[y] = Math.exp(scores[y] - total);
    }
    scores[label] -= 1;
    return loss;
  }
}
