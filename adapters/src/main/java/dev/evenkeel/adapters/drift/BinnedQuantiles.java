package dev.evenkeel.adapters.drift;

import java.util.Arrays;

/**
 * Distance of a sample to a reference of which only quantiles are known: values are counted between
 * the quantiles.
 */
final class BinnedQuantiles {
  private BinnedQuantiles() {}

  /** Which of {@code quantiles.length + 1} bins a value falls into. */
  static int bin(double[] quantiles, double value) {
    int found = Arrays.binarySearch(quantiles, value);
    if (found < 0) {
      return -found - 1;
    }
    // Of equal quantiles all count as reached.
    int last = found;
    while (last + 1 < quantiles.length && quantiles[last + 1] == value) {
      last++;
    }
    return last + 1;
  }

  /**
   * The Kolmogorov-Smirnov distance: the largest difference between the two distribution functions
   * at the quantiles, in [0, 1]. Exact to half of a quantile's share.
   *
   * @param counts by {@link #bin}, from an offset
   * @param bins number of quantiles plus one
   */
  static double distance(double[] counts, int offset, int bins) {
    double total = 0;
    for (int i = 0; i < bins; i++) {
      total += counts[offset + i];
    }
    double reached = 0;
    double distance = 0;
    for (int i = 0; i + 1 < bins; i++) {
      reached += counts[offset + i];
      distance = Math.max(distance, Math.abs(reached / total - (i + 0.5) / (bins - 1)));
    }
    return distance;
  }
}
