package dev.evenkeel.adapters.tta.correction;

import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Makes the answers of neighbours in feature space agree: finds the assignment Y that stays near
 * the probabilities p and rewards agreement along an affinity A, by repeating {@code Y <-
 * softmax(ln p + strength A Y)}. Boudiaf et al., "Parameter-free Online Test-time Adaptation", CVPR
 * 2022. Gives logarithms of probabilities.
 *
 * <p>A sample alone keeps its answer; a sample whose features or logits are not finite has no
 * neighbours.
 *
 * @param neighbours k of the affinity, at least 1
 * @param strength weight of agreement, at least 0; the paper's lambda
 * @param maxIterations at least 1
 */
public record Lame(Affinity affinity, int neighbours, double strength, int maxIterations)
    implements BatchCorrection {
  private static final double TOLERANCE = 1e-8;
  private static final double SMALLEST_NORM = 1e-12;
  private static final double SMALLEST_PROBABILITY = 1e-30;

  public Lame {
    if (neighbours < 1 || maxIterations < 1 || !(strength >= 0 && strength <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "LAME with "
              + neighbours
              + " neighbours, strength "
              + strength
              + " and "
              + maxIterations
              + " iterations, expected at least 1, 0 and 1");
    }
  }

  @Override
  public float[] correct(float[] logits, Optional<float[]> features, int samples, int classes) {
    Rows.check(logits, samples, classes);
    float[] known =
        features.orElseThrow(
            () -> new IllegalArgumentException("LAME needs features, but the model tells none"));
    if (known.length == 0 || known.length % samples != 0) {
      throw new IllegalArgumentException(known.length + " features for " + samples + " samples");
    }
    int width = known.length / samples;
    double[] probabilities = Rows.softmax(logits, classes);
    int[] rows =
        IntStream.range(0, samples)
            .filter(i -> finite(logits, i, classes) && finite(known, i, width))
            .toArray();
    if (rows.length > 1) {
      double[] assigned =
          assign(
              affinity.between(directions(known, rows, width), rows.length, neighbours),
              picked(probabilities, rows, classes),
              classes);
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(assigned, i * classes, probabilities, rows[i] * classes, classes);
      }
    }
    float[] corrected = new float[logits.length];
    for (int i = 0; i < corrected.length; i++) {
      corrected[i] = (float) Math.log(Math.max(probabilities[i], SMALLEST_PROBABILITY));
    }
    return corrected;
  }

  private double[] assign(double[] affinity, double[] probabilities, int classes) {
    double[] unary = new double[probabilities.length];
    double[] assigned = new double[probabilities.length];
    for (int i = 0; i < unary.length; i++) {
      unary[i] = -Math.log(probabilities[i] + 1e-10);
      assigned[i] = -unary[i];
    }
    for (int begin = 0; begin < assigned.length; begin += classes) {
      Rows.softmax(assigned, begin, classes);
    }
    double before = Double.POSITIVE_INFINITY;
    for (int iteration = 0; iteration < maxIterations; iteration++) {
      double[] agreement = agreement(affinity, assigned, classes);
      double[] next = new double[assigned.length];
      for (int i = 0; i < next.length; i++) {
        next[i] = agreement[i] - unary[i];
      }
      for (int begin = 0; begin < next.length; begin += classes) {
        Rows.softmax(next, begin, classes);
      }
      assigned = next;
      double energy = energy(unary, agreement, assigned);
      if (iteration > 1 && Math.abs(energy - before) <= TOLERANCE * Math.abs(before)) {
        break;
      }
      before = energy;
    }
    return assigned;
  }

  /** {@code strength A Y}. */
  private double[] agreement(double[] affinity, double[] assigned, int classes) {
    int samples = assigned.length / classes;
    double[] agreement = new double[assigned.length];
    for (int i = 0; i < samples; i++) {
      for (int j = 0; j < samples; j++) {
        double weight = strength * affinity[i * samples + j];
        for (int y = 0; y < classes; y++) {
          agreement[i * classes + y] += weight * assigned[j * classes + y];
        }
      }
    }
    return agreement;
  }

  private static double energy(double[] unary, double[] agreement, double[] assigned) {
    double energy = 0;
    for (int i = 0; i < assigned.length; i++) {
      double logarithm = Math.log(Math.max(assigned[i], 1e-20));
      energy += assigned[i] * (unary[i] - agreement[i] + logarithm);
    }
    return energy;
  }

  private static double[] directions(float[] features, int[] rows, int width) {
    double[] directions = new double[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      double square = 0;
      for (int k = 0; k < width; k++) {
        double value = features[rows[i] * width + k];
        square += value * value;
      }
      double norm = Math.max(Math.sqrt(square), SMALLEST_NORM);
      for (int k = 0; k < width; k++) {
        directions[i * width + k] = features[rows[i] * width + k] / norm;
      }
    }
    return directions;
  }

  private static double[] picked(double[] values, int[] rows, int width) {
    double[] picked = new double[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(values, rows[i] * width, picked, i * width, width);
    }
    return picked;
  }

  private static boolean finite(float[] values, int row, int width) {
    for (int i = row * width; i < (row + 1) * width; i++) {
      if (!Float.isFinite(values[i])) {
        return false;
      }
    }
    return true;
  }
}
