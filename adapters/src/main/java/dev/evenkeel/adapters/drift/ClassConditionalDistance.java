package dev.evenkeel.adapters.drift;

import dev.evenkeel.adapters.profile.FeatureProfile;

/**
 * How far the features of a class are from those that the class has in the source domain, whatever
 * the shares of the classes: per predicted class {@code |mean - source mean|^2}, less what sampling
 * adds to it on average (variance of the class divided by its samples, on either side), weighted by
 * the samples of the classes, in units of the mean variance within a class of the source.
 *
 * <p>0 where nothing moved, 1 where means moved as far as samples lie from their mean. Small
 * negative values mean no drift.
 */
public final class ClassConditionalDistance {
  /** Samples that a class needs: means of fewer are noise. */
  private static final int ENOUGH = 5;

  private final FeatureProfile source;
  private final double unit;

  public ClassConditionalDistance(FeatureProfile source) {
    this.source = source;
    unit = source.withinVariance();
  }

  /**
   * The distance of a sample.
   *
   * @param labels predicted classes, {@code [samples]}
   * @param values {@code [samples][dimensions]}
   * @return NaN if no class has 5 samples, here and in the source
   */
  public double of(int[] labels, float[][] values) {
    int[] counts = new int[source.classes()];
    double[][] means = new double[source.classes()][];
    for (int i = 0; i < labels.length; i++) {
      int y = labels[i];
      counts[y]++;
      means[y] = means[y] == null ? new double[values[i].length] : means[y];
      for (int d = 0; d < values[i].length; d++) {
        means[y][d] += values[i][d];
      }
    }
    double[] squares = squares(labels, values, means, counts);
    double sum = 0;
    long weight = 0;
    for (int y = 0; y < counts.length; y++) {
      if (counts[y] >= ENOUGH && source.counts()[y] >= ENOUGH) {
        double noise =
            squares[y] / (counts[y] - 1.0) / counts[y] + source.variances()[y] / source.counts()[y];
        sum += counts[y] * (apart(means[y], source.means()[y]) - noise);
        weight += counts[y];
      }
    }
    return weight == 0 || unit == 0 ? Double.NaN : sum / weight / unit;
  }

  /** Makes means of the sums, and adds up squared distances to them. */
  private static double[] squares(int[] labels, float[][] values, double[][] means, int[] counts) {
    for (int y = 0; y < means.length; y++) {
      for (int d = 0; counts[y] > 0 && d < means[y].length; d++) {
        means[y][d] /= counts[y];
      }
    }
    double[] squares = new double[means.length];
    for (int i = 0; i < labels.length; i++) {
      double[] mean = means[labels[i]];
      for (int d = 0; d < mean.length; d++) {
        squares[labels[i]] += (values[i][d] - mean[d]) * (values[i][d] - mean[d]);
      }
    }
    return squares;
  }

  private static double apart(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += (a[d] - b[d]) * (a[d] - b[d]);
    }
    return sum;
  }
}
