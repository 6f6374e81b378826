package dev.evenkeel.adapters.tta.correction;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** How much two samples should agree, from the directions of their features. */
public enum Affinity {
  /**
   * Gaussian kernel of the distance, 1 on the diagonal. Its width is the mean distance to the k-th
   * nearest sample, each sample counting as its own first.
   */
  RBF {
    @Override
    double[] between(double[] directions, int samples, int neighbours) {
      double[] squares = squaredDistances(directions, samples);
      int last = Math.min(neighbours, samples) - 1;
      double width = 0;
      for (int i = 0; i < samples; i++) {
        double[] sorted = Arrays.copyOfRange(squares, i * samples, (i + 1) * samples);
        Arrays.sort(sorted);
        width += Math.sqrt(sorted[last]) / samples;
      }
      // Duplicates may leave no distance at all.
      double floored = Math.max(width, 1e-6);
      return Arrays.stream(squares).map(d -> Math.exp(-d / (2 * floored * floored))).toArray();
    }
  },
  /** 1 for the k nearest other samples, the earlier of equally near ones first; directed. */
  KNN {
    @Override
    double[] between(double[] directions, int samples, int neighbours) {
      double[] squares = squaredDistances(directions, samples);
      double[] affinity = new double[samples * samples];
      for (int i = 0; i < samples; i++) {
        int row = i * samples;
        IntStream.range(0, samples)
            .filter(j -> row != j * samples)
            .boxed()
            .sorted(Comparator.comparingDouble(j -> squares[row + j]))
            .limit(neighbours)
            .forEach(j -> affinity[row + j] = 1);
      }
      return affinity;
    }
  },
  /** Cosine, also of a sample with itself. */
  LINEAR {
    @Override
    double[] between(double[] directions, int samples, int neighbours) {
      int width = directions.length / samples;
      double[] affinity = new double[samples * samples];
      for (int i = 0; i < samples; i++) {
        for (int j = 0; j <= i; j++) {
          double cosine = 0;
          for (int k = 0; k < width; k++) {
            cosine += directions[i * width + k] * directions[j * width + k];
          }
          affinity[i * samples + j] = cosine;
          affinity[j * samples + i] = cosine;
        }
      }
      return affinity;
    }
  };

  /**
   * @param directions {@code [samples, width]}, rows of length 1
   * @param neighbours k, at least 1
   * @return {@code [samples, samples]}
   */
  abstract double[] between(double[] directions, int samples, int neighbours);

  private static double[] squaredDistances(double[] directions, int samples) {
    int width = directions.length / samples;
    double[] squares = new double[samples * samples];
    for (int i = 0; i < samples; i++) {
      for (int j = 0; j < i; j++) {
        double square = 0;
        for (int k = 0; k < width; k++) {
          double difference = directions[i * width + k] - directions[j * width + k];
          square += difference * difference;
        }
        squares[i * samples + j] = square;
        squares[j * samples + i] = square;
      }
    }
    return squares;
  }
}
