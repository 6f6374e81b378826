package dev.evenkeel.adapters.labelshift.estimator;

import java.util.Arrays;

/**
 * The finite answers of a batch.
 *
 * @param probabilities {@code [samples, classes]} row by row
 */
@SuppressWarnings("ArrayRecordComponent") // Package-private, never compared.
record PredictionBatch(double[] probabilities, int samples, int classes) {
  private static final double ROUNDING = 1e-3;
  private static final double UNIFORM = 1e-6;

  static PredictionBatch of(double[] probabilities, int classes) {
    if (probabilities.length % classes != 0) {
      throw new IllegalArgumentException(
          "Batch has "
              + probabilities.length
              + " probabilities, expected whole rows of "
              + classes
              + " classes");
    }
    double[] kept = new double[probabilities.length];
    int samples = 0;
    for (int offset = 0; offset < probabilities.length; offset += classes) {
      double sum = 0;
      double least = 0;
      for (int y = 0; y < classes; y++) {
        sum += probabilities[offset + y];
        least = Math.min(least, probabilities[offset + y]);
      }
      if (!Double.isFinite(sum)) {
        continue;
      }
      if (least < 0 || Math.abs(sum - 1) > ROUNDING) {
        throw new IllegalArgumentException(
            "Row "
                + offset / classes
                + " of the batch sums to "
                + sum
                + " with least value "
                + least
                + ", expected probabilities; apply the calibrated softmax first");
      }
      System.arraycopy(probabilities, offset, kept, samples * classes, classes);
      samples++;
    }
    return new PredictionBatch(Arrays.copyOf(kept, samples * classes), samples, classes);
  }

  /** Mean vote. */
  double[] mean(Vote vote) {
    double[] mean = new double[classes];
    for (int n = 0; n < samples; n++) {
      vote.addTo(mean, probabilities, n * classes);
    }
    for (int y = 0; y < classes; y++) {
      mean[y] /= samples;
    }
    return mean;
  }

  /** Whether no answer prefers any class. */
  boolean uniform() {
    return Arrays.stream(probabilities).allMatch(p -> Math.abs(p - 1.0 / classes) < UNIFORM);
  }
}
