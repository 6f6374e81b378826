package dev.evenkeel.adapters.profile;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The features that the source model's last linear layer reads of source data, after {@link
 * FeatureProjection}, by the class that the model predicts. Arrays are not to be changed.
 *
 * @param width of the features before the projection
 * @param labels predicted class of each sample that is kept, {@code [samples]}, at most {@value
 *     #MOST}
 * @param sample projected features, {@code [samples][dimensions]}, drawn evenly from all measured
 * @param counts measured samples of each predicted class, {@code [classes]}
 * @param means of their projected features, {@code [classes][dimensions]}; zero where there are
 *     none
 * @param variances mean squared distance of a sample to the mean of its class, unbiased, {@code
 *     [classes]}; zero for fewer than two samples
 */
@SuppressWarnings("ArrayRecordComponent") // Read by index, never compared.
public record FeatureProfile(
    int width, int[] labels, float[][] sample, long[] counts, double[][] means, double[] variances)
    implements Serializable {
  public static final int MOST = 256;

  public FeatureProfile {
    int dimensions = FeatureProjection.dimensions(width);
    if (sample.length != labels.length || sample.length > MOST) {
      throw new IllegalArgumentException(
          "features has %d samples and %d labels, expected as many, at most %d"
              .formatted(sample.length, labels.length, MOST));
    }
    if (counts.length != means.length || variances.length != means.length) {
      throw new IllegalArgumentException(
          "features has %d counts, %d means and %d variances, expected one of each class"
              .formatted(counts.length, means.length, variances.length));
    }
    for (float[] row : sample) {
      requireDimensions(row.length, dimensions);
    }
    for (double[] row : means) {
      requireDimensions(row.length, dimensions);
    }
    for (int label : labels) {
      if (label < 0 || label >= counts.length) {
        throw new IllegalArgumentException(
            "features has label " + label + ", expected one of " + counts.length + " classes");
      }
    }
  }

  private static void requireDimensions(int found, int expected) {
    if (found != expected) {
      throw new IllegalArgumentException(
          "features has a row of " + found + " numbers, expected " + expected);
    }
  }

  public int classes() {
    return counts.length;
  }

  /** Mean of the classes' variances, each as good as it is known; 0 if none is known. */
  public double withinVariance() {
    double sum = 0;
    double weights = Arrays.stream(counts).mapToDouble(count -> Math.max(count - 1, 0)).sum();
    for (int y = 0; y < counts.length; y++) {
      sum += Math.max(counts[y] - 1, 0) * variances[y];
    }
    return weights == 0 ? 0 : sum / weights;
  }
}
