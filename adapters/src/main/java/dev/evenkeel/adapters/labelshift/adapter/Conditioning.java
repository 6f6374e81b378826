package dev.evenkeel.adapters.labelshift.adapter;

import java.util.Locale;

/** How a label distribution is told to the adapter. */
public enum Conditioning {
  /**
   * One number, the degree of imbalance: 1 for the source prior, 0 for equal shares, negative for
   * the reverse. For long-tailed sources whose shift runs along their own tail; undefined for
   * balanced ones.
   */
  SCALAR {
    @Override
    double[] of(double[] prior, double[] source) {
      double mean = 0;
      for (double share : source) {
        mean += Math.log(share + SMOOTHING) / source.length;
      }
      double along = 0;
      double whole = 0;
      for (int y = 0; y < source.length; y++) {
        double tail = Math.log(source[y] + SMOOTHING) - mean;
        along += tail * (prior[y] - 1.0 / source.length);
        whole += tail * (source[y] - 1.0 / source.length);
      }
      if (whole < LEAST_IMBALANCE) {
        throw new IllegalArgumentException(
            "The source is balanced, so a scalar cannot tell shifts apart; use vector conditioning");
      }
      return new double[] {Math.min(Math.max(along / whole, -LARGEST), LARGEST)};
    }
  },
  /** The logarithm of prior over source prior, centred. Tells any shift. */
  VECTOR {
    @Override
    double[] of(double[] prior, double[] source) {
      double[] ratio = new double[source.length];
      double mean = 0;
      for (int y = 0; y < ratio.length; y++) {
        ratio[y] = Math.log((prior[y] + SMOOTHING) / (source[y] + SMOOTHING));
        mean += ratio[y] / ratio.length;
      }
      for (int y = 0; y < ratio.length; y++) {
        ratio[y] -= mean;
      }
      return ratio;
    }
  };

  private static final double SMOOTHING = 1e-4;
  private static final double LARGEST = 1.5;
  private static final double LEAST_IMBALANCE = 1e-3;

  /**
   * What the adapter reads.
   *
   * @throws IllegalArgumentException if the source prior does not allow it
   */
  abstract double[] of(double[] prior, double[] source);

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
