package dev.evenkeel.adapters.tta.objective;

/**
 * ROID's consistency between two views of the same samples (Marsden et al., WACV 2024): half the
 * cross-entropy of either to the other, {@code -(sum p ln a + sum a ln p) / 2}. ROID differentiates
 * both views. The loss is symmetric, so the other view's gradient is that of the views exchanged.
 */
public final class SymmetricCrossEntropy implements Objective {
  private final Probabilities other;

  /**
   * @param other the view that is held constant, of the same rows and classes as the batch
   */
  public SymmetricCrossEntropy(Probabilities other) {
    this.other = other;
  }

  @Override
  public Loss of(Probabilities batch, double[] coefficients) {
    Rows.requireSameShape(batch, other);
    return Rows.sum(
        batch,
        coefficients,
        (row, coefficient, gradient, begin) -> {
          double toOther = 0;
          double fromOther = 0;
          for (int label = 0; label < batch.classes(); label++) {
            toOther -= batch.probability(row, label) * other.logarithm(row, label);
            fromOther -= other.probability(row, label) * batch.logarithm(row, label);
          }
          for (int label = 0; label < batch.classes(); label++) {
            double p = batch.probability(row, label);
            double slope =
                p - other.probability(row, label) - p * (other.logarithm(row, label) + toOther);
            gradient[begin + label] = coefficient * slope / 2;
          }
          return (toOther + fromOther) / 2;
        });
  }
}
