package dev.evenkeel.adapters.tta.objective;

/**
 * A guard against collapse to few classes: minus alpha times the entropy of the mean prediction,
 * over all rows, selected or not. The gradient is {@code (alpha/N) p (ln pbar - sum_i p_i ln
 * pbar_i)}.
 */
public final class MeanEntropy implements Objective {
  private static final double FLOOR = 1e-12;

  private final double alpha;

  /**
   * @param alpha above 0
   */
  public MeanEntropy(double alpha) {
    if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Alpha is " + alpha + ", expected a finite number above 0");
    }
    this.alpha = alpha;
  }

  @Override
  public Loss of(Probabilities batch, double[] coefficients) {
    int rows = batch.rows();
    int classes = batch.classes();
    double[] gradient = new double[rows * classes];
    double[] logarithms = new double[classes];
    double negativeEntropy = 0;
    for (int label = 0; label < classes; label++) {
      double mean = 0;
      for (int row = 0; row < rows; row++) {
        mean += batch.probability(row, label) / rows;
      }
      logarithms[label] = Math.log(Math.max(mean, FLOOR));
      negativeEntropy += mean * logarithms[label];
    }
    for (int row = 0; row < rows; row++) {
      double mean = 0;
      for (int label = 0; label < classes; label++) {
        mean += batch.probability(row, label) * logarithms[label];
      }
      for (int label = 0; label < classes; label++) {
        gradient[row * classes + label] =
            alpha / rows * batch.probability(row, label) * (logarithms[label] - mean);
      }
    }
    return new Loss(alpha * negativeEntropy, gradient);
  }
}
