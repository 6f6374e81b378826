package dev.evenkeel.jobs.demo.data;

import java.util.Random;

/** Corruptions of single pixels, independent of one another. */
final class Noise {
  private Noise() {}

  /** x' = x + n, n normal with mean 0. */
  static GrayImage gaussian(GrayImage image, double standardDeviation, Random random) {
    return image.map(value -> value + standardDeviation * random.nextGaussian());
  }

  /** A pixel becomes 0 or 1, equally likely, with the given probability. */
  static GrayImage impulse(GrayImage image, double probability, Random random) {
    return image.map(
        value -> {
          double draw = random.nextDouble();
          return draw >= probability ? value : draw < probability / 2 ? 0 : 1;
        });
  }

  /** x' = Poisson(photons x) / photons. */
  static GrayImage shot(GrayImage image, double photons, Random random) {
    return image.map(value -> poisson(photons * value, random) / photons);
  }

  /** Counts arrivals of a unit-rate process in the given time; fine for small means. */
  private static double poisson(double mean, Random random) {
    int arrivals = 0;
    double remaining = Math.exp(-mean);
    for (double product = random.nextDouble();
        product > remaining;
        product *= random.nextDouble()) {
      arrivals++;
    }
    return arrivals;
  }
}
