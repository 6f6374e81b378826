package dev.evenkeel.adapters.labelshift;

import java.util.Arrays;

/**
 * Whether label shift alone explains a stream. If only the label distribution moved, the mean of
 * any function of the answers is a mixture of its means per source class. There are three times as
 * many such means here as classes (probability, share of predictions and confidence by predicted
 * class), so mixture weights are found with the means left over as a test: what no mixture explains
 * is covariate shift. The idea is that of over-identification in the method of moments (Hansen,
 * Econometrica 1982) with the black-box functions of BBSE (Lipton et al., ICML 2018).
 *
 * <p>Not thread-safe: holds working memory.
 */
public final class SourceMoments {
  /** Keeps rare moments from counting without bound. */
  private static final double LEAST_DEVIATION = 1e-3;

  private final int classes;
  private final double[] prior;
  private final double[] deviations;

  /** Scaled means, a row for each moment and a column for each class. */
  private final FloatRows scaledMeans;

  /** Products of the columns of those; symmetric. */
  private final FloatRows gram;

  private final double curvature;
  private final double[] spread;
  private final int sourceSamples;

  /**
   * The reference.
   *
   * @param prior source label distribution {@code [classes]}; classes of share 0 take no part
   * @param means of the moments given the class, {@code [classes][3 * classes]}
   * @param deviations standard deviations of the moments over the source, {@code [3 * classes]}
   * @param sourceSamples that all this was measured on, at least 1
   */
  public SourceMoments(double[] prior, double[][] means, double[] deviations, int sourceSamples) {
    this.sourceSamples = sourceSamples;
    classes = prior.length;
    if (means.length != classes
        || deviations.length != 3 * classes
        || Arrays.stream(means).anyMatch(row -> row.length != 3 * classes)) {
      throw new IllegalArgumentException(
          "Moments of "
              + means.length
              + " classes with "
              + deviations.length
              + " deviations, expected "
              + classes
              + " and "
              + 3 * classes);
    }
    this.prior = prior.clone();
    this.deviations = Arrays.stream(deviations).map(d -> d + LEAST_DEVIATION).toArray();
    double[][] columns = new double[classes][3 * classes];
    double[][] scaled = new double[3 * classes][classes];
    for (int y = 0; y < classes; y++) {
      for (int i = 0; i < 3 * classes; i++) {
        columns[y][i] = means[y][i] / this.deviations[i];
        scaled[i][y] = columns[y][i];
      }
    }
    scaledMeans = new FloatRows(scaled);
    spread = new double[classes];
    for (int y = 0; y < classes; y++) {
      for (int i = 0; i < 3 * classes; i++) {
        // No variable in [0, 1] of mean m varies by more than m (1 - m).
        double variance = means[y][i] * (1 - means[y][i]);
        spread[y] += variance / (this.deviations[i] * this.deviations[i]);
      }
    }
    double[][] products = new double[classes][classes];
    for (int i = 0; i < classes; i++) {
      for (int j = 0; j <= i; j++) {
        products[i][j] = InnerProduct.of(columns[i], 0, columns[j]);
        products[j][i] = products[i][j];
      }
    }
    gram = new FloatRows(products);
    curvature = largestEigenvalue();
  }

  public int classes() {
    return classes;
  }

  /** The source label distribution. */
  public double[] prior() {
    return prior.clone();
  }

  /**
   * Adds the moments of one answer.
   *
   * @param probabilities calibrated, {@code classes} values from an offset
   * @param into {@code [3 * classes]}
   */
  public void addTo(double[] into, double[] probabilities, int offset) {
    int predicted = 0;
    for (int y = 0; y < classes; y++) {
      double probability = probabilities[offset + y];
      into[y] += probability;
      if (probability > probabilities[offset + predicted]) {
        predicted = y;
      }
    }
    into[classes + predicted]++;
    into[2 * classes + predicted] += probabilities[offset + predicted];
  }

  /**
   * The mixture of source classes nearest to moments.
   *
   * @param weights on the simplex
   * @param residual distance that is left, in standard deviations of the moments; near 0 under pure
   *     label shift
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  public record Explanation(double[] weights, double residual) {}

  /**
   * Explains moments by projected gradient steps on the simplex.
   *
   * @param moments means {@code [3 * classes]}
   * @param start weights to begin with
   */
  public Explanation explain(double[] moments, double[] start, int iterations) {
    double[] scaled = new double[moments.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = moments[i] / deviations[i];
    }
    double[] target = scaledMeans.weighted(scaled);
    double[] weights = start.clone();
    double[] image = gram.weighted(weights);
    double[] moved = new double[classes];
    for (int k = 0; k < iterations; k++) {
      for (int y = 0; y < classes; y++) {
        moved[y] = weights[y] - (image[y] - target[y]) / curvature;
      }
      weights = SimplexProjection.project(moved);
      image = gram.weighted(weights);
    }
    // |s - M w|^2 without another look at M, which at many classes is the largest array here.
    double left =
        InnerProduct.of(scaled, 0, scaled)
            - 2 * InnerProduct.of(weights, 0, target)
            + InnerProduct.of(weights, 0, image);
    return new Explanation(weights, Math.sqrt(Math.max(left, 0)));
  }

  /**
   * Residual that sampling leaves at most, on average, of a mixture of source classes: what a
   * residual is to be compared with, whatever the labels are. The source means are of finite
   * samples too, few of them in rare classes.
   *
   * @param weights of the mixture
   * @param samples that the moments are the means of, at least 1
   */
  public double noise(double[] weights, long samples) {
    double noise = InnerProduct.of(weights, 0, spread) / samples;
    for (int y = 0; y < classes; y++) {
      if (prior[y] > 0) {
        noise += weights[y] * weights[y] * spread[y] / (prior[y] * sourceSamples);
      }
    }
    return Math.sqrt(noise);
  }

  /** By power iteration, with room for what it has not found. */
  private double largestEigenvalue() {
    double[] vector = new double[classes];
    Arrays.fill(vector, 1 / Math.sqrt(classes));
    double value = 1;
    for (int k = 0; k < 50; k++) {
      double[] image = gram.weighted(vector);
      value = Math.sqrt(InnerProduct.of(image, 0, image));
      for (int y = 0; y < classes; y++) {
        vector[y] = image[y] / value;
      }
    }
    return 1.05 * value;
  }
}
