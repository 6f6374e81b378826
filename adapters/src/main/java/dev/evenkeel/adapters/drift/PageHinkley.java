package dev.evenkeel.adapters.drift;

/**
 * Sums how far values lie above (and, mirrored, below) their running mean by more than a tolerance,
 * and raises an alarm when a sum has risen too far above its lowest point. Page, "Continuous
 * inspection schemes", Biometrika 1954; Hinkley, Biometrika 1971.
 *
 * @param tolerance change that is none, in units of the values
 * @param threshold of the sums, in units of the values
 * @param minimum values before the first alarm, at least 1
 * @param expectedWeight how many values an expected mean counts for, at least 0
 */
public record PageHinkley(double tolerance, double threshold, int minimum, double expectedWeight)
    implements ChangeDetector {
  private static final int COUNT = 0;
  private static final int WEIGHT = 1;
  private static final int MEAN = 2;
  private static final int ABOVE = 3;
  private static final int BELOW = 4;

  public PageHinkley {
    if (!(tolerance >= 0 && threshold > 0 && minimum >= 1 && expectedWeight >= 0)) {
      throw new IllegalArgumentException(
          "Page-Hinkley with tolerance "
              + tolerance
              + ", threshold "
              + threshold
              + ", minimum "
              + minimum
              + " and expected weight "
              + expectedWeight
              + ", expected none negative, the threshold above 0 and the minimum at least 1");
    }
  }

  @Override
  public String name() {
    return "page-hinkley";
  }

  @Override
  public double[] start(double expected) {
    return Double.isNaN(expected)
        ? new double[5]
        : new double[] {0, expectedWeight, expected, 0, 0};
  }

  @Override
  public Detection next(double[] state, double value) {
    double count = state[COUNT] + 1;
    double weight = state[WEIGHT] + 1;
    double mean = state[MEAN] + (value - state[MEAN]) / weight;
    double above = Math.max(0, state[ABOVE] + value - mean - tolerance);
    double below = Math.max(0, state[BELOW] + mean - value - tolerance);
    double statistic = Math.max(above, below);
    boolean alarm = statistic > threshold && count >= minimum;
    double[] next = alarm ? start(Double.NaN) : new double[] {count, weight, mean, above, below};
    return new Detection(next, alarm, statistic, threshold);
  }
}
