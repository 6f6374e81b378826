package dev.evenkeel.jobs.demo.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Orders samples so that classes come in runs, as they do in most real streams (Gong et al., "NOTE:
 * Robust Continual Test-time Adaptation Against Temporal Correlation", NeurIPS 2022).
 *
 * <p>There are as many chunks as classes. The samples of each class, shuffled, are spread over the
 * chunks in proportions drawn from a symmetric Dirichlet distribution; chunks that already hold
 * their share get none. The chunks follow one another; inside a chunk each class is one run, the
 * classes in random order.
 */
public final class CorrelatedOrder {
  private static final int LEAST_CHUNK = 10;
  private static final int ATTEMPTS = 10_000;

  private CorrelatedOrder() {}

  /**
   * @param labels class of each sample, 0-based
   * @param classes number of classes, at least 1
   * @param delta concentration of the Dirichlet distribution, above 0: 0.1 gives long runs, 1000
   *     about none
   * @param random source of all randomness
   * @return indices into labels, each exactly once
   * @throws IllegalArgumentException if a label or delta is out of range, or if no draw fills every
   *     chunk
   */
  public static int[] of(int[] labels, int classes, double delta, Random random) {
    if (!(delta > 0)) {
      throw new IllegalArgumentException("delta is " + delta + ", expected a number above 0");
    }
    List<List<Integer>> samplesOfClass = samplesOfClass(labels, classes);
    int least = Math.min(LEAST_CHUNK, labels.length / (2 * classes));
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      List<List<List<Integer>>> chunks = deal(samplesOfClass, labels.length, delta, random);
      if (chunks.stream().allMatch(chunk -> size(chunk) >= least)) {
        return flatten(chunks, random);
      }
    }
    throw new IllegalArgumentException(
        "No draw of "
            + ATTEMPTS
            + " gave each of "
            + classes
            + " chunks at least "
            + least
            + " samples: take a larger delta than "
            + delta
            + " or more samples than "
            + labels.length);
  }

  private static List<List<Integer>> samplesOfClass(int[] labels, int classes) {
    List<List<Integer>> samples =
        IntStream.range(0, classes).<List<Integer>>mapToObj(each -> new ArrayList<>()).toList();
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new IllegalArgumentException(
            "Label " + labels[i] + " at " + i + ", expected 0 to " + (classes - 1));
      }
      samples.get(labels[i]).add(i);
    }
    return samples;
  }

  /** Chunks of runs of sample indices. */
  private static List<List<List<Integer>>> deal(
      List<List<Integer>> samplesOfClass, int total, double delta, Random random) {
    int count = samplesOfClass.size();
    List<List<List<Integer>>> chunks =
        IntStream.range(0, count).<List<List<Integer>>>mapToObj(c -> new ArrayList<>()).toList();
    for (List<Integer> samples : samplesOfClass) {
      List<Integer> shuffled = new ArrayList<>(samples);
      Collections.shuffle(shuffled, random);
      double[] share = new double[count];
      for (int c = 0; c < count; c++) {
        double draw = gamma(delta, random);
        share[c] = (long) size(chunks.get(c)) * count >= total ? 0 : draw;
      }
      // Draws of a tiny delta may underflow, or hit full chunks only.
      double sum = Arrays.stream(share).sum();
      if (!(sum > 0)) {
        for (int c = 0; c < count; c++) {
          share[c] = (long) size(chunks.get(c)) * count >= total ? 0 : 1;
        }
        sum = Arrays.stream(share).sum();
      }
      double cumulative = 0;
      int from = 0;
      for (int c = 0; c < count; c++) {
        cumulative += share[c];
        int to = c == count - 1 ? samples.size() : (int) (cumulative / sum * samples.size());
        if (to > from) {
          chunks.get(c).add(shuffled.subList(from, to));
        }
        from = to;
      }
    }
    return chunks;
  }

  private static int[] flatten(List<List<List<Integer>>> chunks, Random random) {
    return chunks.stream()
        .flatMap(
            runs -> {
              List<List<Integer>> shuffled = new ArrayList<>(runs);
              Collections.shuffle(shuffled, random);
              return shuffled.stream().flatMap(List::stream);
            })
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static int size(List<List<Integer>> chunk) {
    return chunk.stream().mapToInt(List::size).sum();
  }

  /**
   * A draw from the gamma distribution with scale 1: squeeze-free form of Marsaglia and Tsang, "A
   * Simple Method for Generating Gamma Variables" (2000); a shape below 1 is raised by one and the
   * draw multiplied by u^(1/shape).
   */
  private static double gamma(double shape, Random random) {
    if (shape < 1) {
      return gamma(shape + 1, random) * Math.pow(1 - random.nextDouble(), 1 / shape);
    }
    double d = shape - 1 / 3.0;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double normal = random.nextGaussian();
      double cubed = Math.pow(1 + c * normal, 3);
      double uniform = 1 - random.nextDouble();
      if (cubed > 0
          && Math.log(uniform) < normal * normal / 2 + d - d * cubed + d * Math.log(cubed)) {
        return d * cubed;
      }
    }
  }
}
