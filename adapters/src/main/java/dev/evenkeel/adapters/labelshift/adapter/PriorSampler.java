package dev.evenkeel.adapters.labelshift.adapter;

import java.util.Arrays;
import java.util.Random;

/** Draws the label distributions that an adapter is trained for. */
final class PriorSampler {
  private static final double STEEPEST = Math.log(300);
  private static final double FARTHEST = 1.5;

  private final Conditioning conditioning;
  private final double[] source;
  private final Random random;

  PriorSampler(Conditioning conditioning, double[] source, Random random) {
    this.conditioning = conditioning;
    this.source = source;
    this.random = random;
  }

  double[] next() {
    int kind = random.nextInt(6);
    if (kind == 0) {
      return source;
    }
    if (kind == 1) {
      return normalized(new double[source.length], 1);
    }
    if (conditioning == Conditioning.SCALAR || kind == 2) {
      return power(FARTHEST * (2 * random.nextDouble() - 1));
    }
    return tail(random.nextDouble() * STEEPEST, permutation());
  }

  /** The source prior to a power; negative powers reverse it. */
  double[] power(double exponent) {
    double[] prior = new double[source.length];
    for (int y = 0; y < prior.length; y++) {
      prior[y] = source[y] > 0 ? Math.pow(source[y], exponent) : 0;
    }
    return normalized(prior, 1e-9);
  }

  /** An exponential profile whose head is exp(steepness) times its tail. */
  static double[] tail(double steepness, int[] order) {
    double[] prior = new double[order.length];
    for (int rank = 0; rank < order.length; rank++) {
      prior[order[rank]] = Math.exp(-steepness * rank / (order.length - 1));
    }
    return normalized(prior, 1e-9);
  }

  private int[] permutation() {
    int[] order = new int[source.length];
    for (int i = 0; i < order.length; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static double[] normalized(double[] values, double floor) {
    double sum = Arrays.stream(values).sum() + floor * values.length;
    return Arrays.stream(values).map(value -> (value + floor) / sum).toArray();
  }
}
