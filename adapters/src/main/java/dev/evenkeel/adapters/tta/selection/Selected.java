package dev.evenkeel.adapters.tta.selection;

import java.util.Arrays;

/**
 * The rows of a batch to learn from, and how strongly. Constants for differentiation.
 *
 * @param kept {@code [rows]}
 * @param weights {@code [rows]}, finite and at least 0 for rows that are kept, 0 for the others
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record Selected(boolean[] kept, double[] weights) {
  public Selected {
    if (kept.length != weights.length) {
      throw new IllegalArgumentException(weights.length + " weights for " + kept.length + " rows");
    }
    kept = kept.clone();
    weights = weights.clone();
    for (int row = 0; row < kept.length; row++) {
      if (!kept[row]) {
        weights[row] = 0;
      } else if (!(weights[row] >= 0 && weights[row] < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "Weight "
                + weights[row]
                + " of row "
                + row
                + ", expected a finite number of at least 0");
      }
    }
  }

  /** Every row, with weight 1. */
  public static Selected all(int rows) {
    boolean[] kept = new boolean[rows];
    double[] weights = new double[rows];
    Arrays.fill(kept, true);
    Arrays.fill(weights, 1);
    return new Selected(kept, weights);
  }

  /** Number of rows that are kept. */
  public int count() {
    int count = 0;
    for (boolean row : kept) {
      count += row ? 1 : 0;
    }
    return count;
  }

  /** The rows that both keep, with the product of their weights. */
  public Selected intersect(Selected other) {
    if (other.kept.length != kept.length) {
      throw new IllegalArgumentException(
          "Selections of " + kept.length + " and of " + other.kept.length + " rows");
    }
    boolean[] both = new boolean[kept.length];
    double[] product = new double[kept.length];
    for (int row = 0; row < both.length; row++) {
      both[row] = kept[row] && other.kept[row];
      product[row] = weights[row] * other.weights[row];
    }
    return new Selected(both, product);
  }

  /**
   * The factor of each row in a loss: weight over denominator, 0 for a row that is not kept.
   *
   * @param denominator above 0: the number of rows kept, or another as a method wants it
   */
  public double[] coefficients(double denominator) {
    if (!(denominator > 0)) {
      throw new IllegalArgumentException(
          "Denominator " + denominator + ", expected a number above 0");
    }
    return Arrays.stream(weights).map(weight -> weight / denominator).toArray();
  }
}
