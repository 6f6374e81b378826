package dev.evenkeel.adapters.drift;

/**
 * How many of some samples have a property.
 *
 * @param hits those that have it, in [0, count]
 * @param count of the samples, at least 0; forgetting makes both fractions
 */
public record Proportion(double hits, double count) {
  /** Of 95 in 100 intervals of that width the truth is inside. */
  public static final double NINETY_FIVE = 1.959964;

  /** The share; NaN of nothing. */
  public double share() {
    return hits / count;
  }

  /**
   * Lower end of Wilson's score interval ("Probable inference", JASA 1927), in [0, share]; NaN of
   * nothing.
   *
   * @param z half width in standard errors
   */
  public double lower(double z) {
    return Math.max(centre(z) - halfWidth(z), 0);
  }

  /** Upper end of the same interval, in [share, 1]. */
  public double upper(double z) {
    return Math.min(centre(z) + halfWidth(z), 1);
  }

  private double centre(double z) {
    return (hits + z * z / 2) / (count + z * z);
  }

  private double halfWidth(double z) {
    double variance = share() * (1 - share()) / count + z * z / (4 * count * count);
    return z * Math.sqrt(variance) / (1 + z * z / count);
  }
}
