package dev.evenkeel.adapters.labelshift.estimator;

/**
 * Rate of a moving average that does not depend on how a stream is cut into batches.
 *
 * @param rate of a batch of the reference size, in (0, 1]
 * @param reference samples of such a batch
 */
record Pace(double rate, int reference) {
  private static final int REFERENCE = 64;
  private static final double LARGEST = 0.1;

  /** Samples for each class that the average is to hold. */
  private static final double SAMPLES_PER_CLASS = 30;

  Pace {
    if (!(rate > 0 && rate <= 1) || reference < 1) {
      throw new IllegalArgumentException(
          "Pace is %s for %d samples, expected a rate in (0, 1] and at least 1 sample"
              .formatted(rate, reference));
    }
  }

  /** The fastest, up to 0.1, that averages over 30 samples a class: {@code N (2 - a) / a}. */
  static Pace of(int classes) {
    return new Pace(
        Math.min(LARGEST, 2 / (1 + SAMPLES_PER_CLASS * classes / REFERENCE)), REFERENCE);
  }

  /** The rate of a batch. */
  double forSamples(int samples) {
    return 1 - Math.pow(1 - rate, (double) samples / reference);
  }

  /** One step of a distribution towards another. */
  double[] step(double[] from, double[] to, int samples) {
    double rate = forSamples(samples);
    double[] next = new double[from.length];
    for (int y = 0; y < next.length; y++) {
      next[y] = (1 - rate) * from[y] + rate * to[y];
    }
    return next;
  }
}
