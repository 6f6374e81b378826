package dev.evenkeel.adapters.labelshift;

import dev.evenkeel.adapters.profile.ProfileMeasurement;
import dev.evenkeel.adapters.profile.SourceProfile;
import java.util.List;
import java.util.Random;

/**
 * Classes that are overlapping normal distributions on a line, with a model that knows their
 * posteriors under the source prior exactly.
 */
public final class Gaussians {
  @SuppressWarnings("MutablePublicArray") // Read by tests, never changed.
  public static final double[] SOURCE = {0.4, 0.3, 0.2, 0.1};

  public static final int CLASSES = SOURCE.length;
  public static final double SPACING = 2;

  private final Random random;

  public Gaussians(long seed) {
    random = new Random(seed);
  }

  public int label(double[] prior) {
    double left = random.nextDouble();
    for (int y = 0; y + 1 < prior.length; y++) {
      left -= prior[y];
      if (left < 0) {
        return y;
      }
    }
    return prior.length - 1;
  }

  /** A label as the source draws them. */
  public int sourceLabel() {
    return label(SOURCE);
  }

  /** A sample of a class; contrast below 1 is a covariate shift. */
  public double sample(int label, double contrast) {
    double middle = SPACING * (CLASSES - 1) / 2;
    return middle + contrast * (SPACING * label + random.nextGaussian() - middle);
  }

  /** Logits of the source model. */
  public static float[] logits(double x) {
    float[] logits = new float[CLASSES];
    for (int y = 0; y < CLASSES; y++) {
      double distance = x - SPACING * y;
      logits[y] = (float) (Math.log(SOURCE[y]) - distance * distance / 2);
    }
    return logits;
  }

  public static double[] posterior(double x) {
    float[] logits = logits(x);
    double[] p = new double[CLASSES];
    double sum = 0;
    for (int y = 0; y < CLASSES; y++) {
      p[y] = Math.exp(logits[y]);
      sum += p[y];
    }
    for (int y = 0; y < CLASSES; y++) {
      p[y] /= sum;
    }
    return p;
  }

  /** Posteriors of samples drawn from a prior, row by row. */
  public double[] batch(double[] prior, int samples, double contrast) {
    double[] rows = new double[samples * CLASSES];
    for (int n = 0; n < samples; n++) {
      double[] row = posterior(sample(label(prior), contrast));
      System.arraycopy(row, 0, rows, n * CLASSES, CLASSES);
    }
    return rows;
  }

  public SourceProfile profile(int samples) {
    ProfileMeasurement measurement = new ProfileMeasurement(CLASSES);
    for (int n = 0; n < samples; n++) {
      int label = label(SOURCE);
      measurement.add(logits(sample(label, 1)), new float[0], label);
    }
    return measurement.measure("none", List.of());
  }
}
