package dev.evenkeel.adapters.drift;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * How differently features are distributed: squared maximum mean discrepancy between a source
 * sample and another (Gretton et al., JMLR 2012, equation 3, unbiased), with the kernel {@code
 * exp(-d^2 / (2 b^2))} of the distance d; b is the median distance within the source sample.
 *
 * <p>Zero on average where both have one distribution, so half of the time below zero there; never
 * above 2. What sampling alone makes of it tells {@link #noise}.
 */
public final class KernelDiscrepancy {
  private static final int SPLITS = 200;
  private static final double LEVEL = 0.95;
  private static final long SEED = 0x73706c697473L;

  private final float[][] source;
  private final double scale;
  private final double within;
  private final double splitNoise;

  /**
   * @param source {@code [samples][dimensions]}, at least 4
   */
  public KernelDiscrepancy(float[][] source) {
    int samples = source.length;
    if (samples < 4) {
      throw new IllegalArgumentException(samples + " samples of the source, expected at least 4");
    }
    this.source = source;
    double[][] kernel = new double[samples][samples];
    double[] distances = new double[samples * (samples - 1) / 2];
    int pair = 0;
    for (int i = 0; i < samples; i++) {
      for (int j = 0; j < i; j++) {
        kernel[i][j] = squaredDistance(source[i], source[j]);
        distances[pair++] = kernel[i][j];
      }
    }
    scale = -1 / (2 * bandwidth(distances));
    double sum = 0;
    for (int i = 0; i < samples; i++) {
      for (int j = 0; j < i; j++) {
        kernel[i][j] = Math.exp(scale * kernel[i][j]);
        kernel[j][i] = kernel[i][j];
        sum += kernel[i][j];
      }
    }
    within = sum / distances.length;
    splitNoise = splitNoise(kernel);
  }

  /** The median; where most samples are equal the mean, which is zero only if all are. */
  private static double bandwidth(double[] squaredDistances) {
    Arrays.sort(squaredDistances);
    double median = squaredDistances[squaredDistances.length / 2];
    double mean = Arrays.stream(squaredDistances).average().orElseThrow();
    return median > 0 ? median : mean > 0 ? mean : 1;
  }

  /** The discrepancy between halves of the source sample that is exceeded by one split in 20. */
  private static double splitNoise(double[][] kernel) {
    int samples = kernel.length;
    int half = samples / 2;
    // Its algorithm is part of its specification: the same source has the same noise everywhere.
    Random random = new Random(SEED);
    int[] order = IntStream.range(0, samples).toArray();
    double[] found = new double[SPLITS];
    for (int s = 0; s < SPLITS; s++) {
      shuffle(order, random);
      double first = 0;
      double second = 0;
      double across = 0;
      for (int i = 0; i < samples; i++) {
        double[] row = kernel[order[i]];
        for (int j = 0; j < i; j++) {
          double value = row[order[j]];
          if (i < half) {
            first += value;
          } else if (j < half) {
            across += value;
          } else {
            second += value;
          }
        }
      }
      int rest = samples - half;
      found[s] = first / pairs(half) + second / pairs(rest) - 2 * across / ((double) half * rest);
    }
    Arrays.sort(found);
    return found[(int) Math.ceil(LEVEL * SPLITS) - 1] / (1.0 / half + 1.0 / (samples - half));
  }

  private static void shuffle(int[] order, Random random) {
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int moved = order[i];
      order[i] = order[other];
      order[other] = moved;
    }
  }

  private static double pairs(int samples) {
    return samples * (samples - 1) / 2.0;
  }

  /**
   * The discrepancy to another sample.
   *
   * @param current {@code [samples][dimensions]}
   * @return NaN for fewer than two samples
   */
  public double of(float[][] current) {
    if (current.length < 2) {
      return Double.NaN;
    }
    double own = 0;
    double across = 0;
    for (int i = 0; i < current.length; i++) {
      for (int j = 0; j < i; j++) {
        own += kernel(current[i], current[j]);
      }
      for (float[] other : source) {
        across += kernel(current[i], other);
      }
    }
    return within
        + own / pairs(current.length)
        - 2 * across / ((double) current.length * source.length);
  }

  /**
   * What {@link #of} exceeds once in 20 times for so many independent samples of the source's own
   * distribution: the 95 % quantile over 200 random splits of the source sample, brought to sample
   * sizes m and n by {@code 1/m + 1/n}, which its distribution is proportional to (theorem 12).
   *
   * @param samples of the other sample, at least 1
   */
  public double noise(int samples) {
    return splitNoise * (1.0 / source.length + 1.0 / samples);
  }

  private double kernel(float[] a, float[] b) {
    return Math.exp(scale * squaredDistance(a, b));
  }

  private static double squaredDistance(float[] a, float[] b) {
    float sum = 0;
    for (int d = 0; d < a.length; d++) {
      float apart = a[d] - b[d];
      sum += apart * apart;
    }
    return sum;
  }
}
