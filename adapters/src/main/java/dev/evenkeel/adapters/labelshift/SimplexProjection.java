package dev.evenkeel.adapters.labelshift;

import java.util.Arrays;

/**
 * The nearest distribution to a vector, in Euclidean distance, by sorting (Duchi et al., ICML 2008,
 * figure 1).
 */
public final class SimplexProjection {
  private SimplexProjection() {}

  /** A fresh array: none negative, sum 1. */
  public static double[] project(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double sum = 0;
    double excess = 0;
    for (int k = 1; k <= sorted.length; k++) {
      double value = sorted[sorted.length - k];
      sum += value;
      if (value > (sum - 1) / k) {
        excess = (sum - 1) / k;
      }
    }
    double[] projected = new double[values.length];
    for (int i = 0; i < projected.length; i++) {
      projected[i] = Math.max(values[i] - excess, 0);
    }
    return projected;
  }
}
