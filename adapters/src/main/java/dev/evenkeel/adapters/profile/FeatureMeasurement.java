package dev.evenkeel.adapters.profile;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Gathers features of source samples: means by class, and a sample drawn evenly from all. */
final class FeatureMeasurement {
  private static final long SEED = 0x73616d706c65L;

  private final FeatureProjection projection;
  private final Random random = new Random(SEED);
  private final List<float[]> sample = new ArrayList<>();
  private final List<Integer> labels = new ArrayList<>();
  private final long[] counts;
  private final double[][] means;
  private final double[] squares;
  private int seen;

  /**
   * @param width of the features
   */
  FeatureMeasurement(int width, int classes) {
    projection = new FeatureProjection(width);
    counts = new long[classes];
    means = new double[classes][projection.dimensions()];
    squares = new double[classes];
  }

  /**
   * Adds a sample.
   *
   * @param features {@code [width]}
   * @param logits that the model made of them, {@code [classes]}
   * @throws IllegalArgumentException if they are not finite
   */
  void add(float[] features, float[] logits) {
    float[] projected = projection.project(FloatBuffer.wrap(features), 0);
    for (float value : projected) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException(
            "Sample "
                + seen
                + " has the feature "
                + value
                + ", expected finite numbers; look at that sample, or at the model");
      }
    }
    int predicted = likeliest(logits);
    move(projected, predicted);
    keep(projected, predicted);
  }

  private static int likeliest(float[] logits) {
    int best = 0;
    for (int y = 1; y < logits.length; y++) {
      best = logits[y] > logits[best] ? y : best;
    }
    return best;
  }

  /** Welford's update: sums of squares would lose their digits to large means. */
  private void move(float[] projected, int predicted) {
    counts[predicted]++;
    for (int d = 0; d < projected.length; d++) {
      double before = projected[d] - means[predicted][d];
      means[predicted][d] += before / counts[predicted];
      squares[predicted] += before * (projected[d] - means[predicted][d]);
    }
  }

  /** Reservoir sampling (Vitter 1985, algorithm R). */
  private void keep(float[] projected, int predicted) {
    seen++;
    if (sample.size() < FeatureProfile.MOST) {
      sample.add(projected);
      labels.add(predicted);
      return;
    }
    int place = random.nextInt(seen);
    if (place < FeatureProfile.MOST) {
      sample.set(place, projected);
      labels.set(place, predicted);
    }
  }

  FeatureProfile measure() {
    double[] variances = new double[counts.length];
    for (int y = 0; y < variances.length; y++) {
      variances[y] = counts[y] < 2 ? 0 : squares[y] / (counts[y] - 1);
    }
    return new FeatureProfile(
        projection.width(),
        labels.stream().mapToInt(Integer::intValue).toArray(),
        sample.toArray(float[][]::new),
        counts,
        means,
        variances);
  }
}
