package dev.evenkeel.adapters.drift;

import java.util.Arrays;

/**
 * How far the predicted labels of a window (t) are from those of a reference (s), both with half a
 * count added to each class (Jeffreys). Of equal distributions finite samples differ too: what
 * sampling alone makes of it on average is subtracted, so small negative values mean no drift.
 *
 * @param populationStability sum of (t - s) ln(t / s), in nats; above 0.25 is called a shift by
 *     convention
 * @param kullbackLeibler KL(t || s), in nats
 * @param jensenShannon mean of KL(t || m) and KL(s || m) with m = (t + s) / 2, in nats, at most ln
 *     2
 * @param totalVariation half the sum of |t - s|, in [0, 1]; nothing subtracted
 */
public record Divergences(
    double populationStability,
    double kullbackLeibler,
    double jensenShannon,
    double totalVariation) {
  private static final double PRIOR_COUNT = 0.5;

  /**
   * Compares counts.
   *
   * @param window predictions per class
   * @param reference the same of the source
   */
  public static Divergences between(long[] window, long[] reference) {
    if (window.length != reference.length) {
      throw new IllegalArgumentException(
          "A window of "
              + window.length
              + " classes and a reference of "
              + reference.length
              + "; was the profile measured on another model?");
    }
    double[] t = shares(window);
    double[] s = shares(reference);
    double stability = 0;
    double relative = 0;
    double toMiddle = 0;
    double variation = 0;
    for (int y = 0; y < t.length; y++) {
      double middle = (t[y] + s[y]) / 2;
      stability += (t[y] - s[y]) * Math.log(t[y] / s[y]);
      relative += t[y] * Math.log(t[y] / s[y]);
      toMiddle += t[y] * Math.log(t[y] / middle) / 2 + s[y] * Math.log(s[y] / middle) / 2;
      variation += Math.abs(t[y] - s[y]) / 2;
    }
    // 2 n KL is chi-squared with classes - 1 degrees of freedom; both samples are finite.
    double noise = (t.length - 1) * (1.0 / count(window) + 1.0 / count(reference));
    return new Divergences(
        stability - noise, relative - noise / 2, toMiddle - noise / 8, variation);
  }

  private static double[] shares(long[] counts) {
    double total = count(counts);
    return Arrays.stream(counts).mapToDouble(n -> (n + PRIOR_COUNT) / total).toArray();
  }

  private static double count(long[] counts) {
    return Arrays.stream(counts).sum() + PRIOR_COUNT * counts.length;
  }
}
