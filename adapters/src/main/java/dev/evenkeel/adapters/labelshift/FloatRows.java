package dev.evenkeel.adapters.labelshift;

import java.util.Arrays;

/**
 * A matrix that is read once a batch and is larger than caches: single precision halves what comes
 * from memory, and rows are added up side by side. Sums over many rows are in double precision, so
 * that an error stays near 1e-7 of the product whatever the size.
 *
 * <p>Not thread-safe: holds working memory.
 */
final class FloatRows {
  /** Rows that are added up in single precision. */
  private static final int BLOCK = 16;

  private final float[][] rows;
  private final float[] partial;

  /** Rounds rows of equal length. */
  FloatRows(double[][] values) {
    rows = new float[values.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new float[values[i].length];
      for (int j = 0; j < rows[i].length; j++) {
        rows[i][j] = (float) values[i][j];
      }
    }
    partial = new float[rows[0].length];
  }

  /** Sum of the rows by weight, {@code [columns]}; rows of weight 0 are not looked at. */
  double[] weighted(double[] weights) {
    double[] sum = new double[partial.length];
    int added = 0;
    for (int i = 0; i < rows.length; i++) {
      if (weights[i] != 0) {
        add((float) weights[i], rows[i], partial);
        added++;
      }
      if (added == BLOCK || (i == rows.length - 1 && added > 0)) {
        for (int j = 0; j < sum.length; j++) {
          sum[j] += partial[j];
        }
        Arrays.fill(partial, 0);
        added = 0;
      }
    }
    return sum;
  }

  /** A loop of its own, so that it is compiled to vector instructions. */
  private static void add(float weight, float[] row, float[] into) {
    for (int j = 0; j < into.length; j++) {
      into[j] += weight * row[j];
    }
  }
}
