package dev.evenkeel.adapters.tta.objective;

import java.util.Arrays;

/**
 * What the logits of a batch say, in double precision: probabilities, their logarithms (never of a
 * rounded zero) and entropies. Immutable. A row with a non-finite logit has NaN throughout.
 */
public final class Probabilities {
  private final int rows;
  private final int classes;
  private final double[] logarithms;
  private final double[] probabilities;
  private final double[] entropies;

  private Probabilities(double[] logits, int rows, int classes) {
    if (rows < 0 || classes < 1 || (long) rows * classes != logits.length) {
      throw new IllegalArgumentException(
          logits.length + " logits for " + rows + " rows of " + classes + " classes");
    }
    this.rows = rows;
    this.classes = classes;
    logarithms = new double[logits.length];
    probabilities = new double[logits.length];
    entropies = new double[rows];
    for (int row = 0; row < rows; row++) {
      fill(logits, row);
    }
  }

  /**
   * @param logits {@code [rows, classes]}
   * @throws IllegalArgumentException if their number does not fit
   */
  public static Probabilities of(float[] logits, int rows, int classes) {
    double[] exact = new double[logits.length];
    for (int i = 0; i < exact.length; i++) {
      exact[i] = logits[i];
    }
    return new Probabilities(exact, rows, classes);
  }

  static Probabilities of(double[] logits, int rows, int classes) {
    return new Probabilities(logits, rows, classes);
  }

  public int rows() {
    return rows;
  }

  public int classes() {
    return classes;
  }

  public double probability(int row, int label) {
    return probabilities[row * classes + label];
  }

  /** Natural logarithm of a probability, finite also where the probability rounds to 0. */
  public double logarithm(int row, int label) {
    return logarithms[row * classes + label];
  }

  /** Shannon entropy of a row in nats, in [0, ln(classes)]. */
  public double entropy(int row) {
    return entropies[row];
  }

  /** The most probable class of a row, the lowest among equals. */
  public int argMax(int row) {
    int best = 0;
    for (int label = 1; label < classes; label++) {
      if (logarithm(row, label) > logarithm(row, best)) {
        best = label;
      }
    }
    return best;
  }

  private void fill(double[] logits, int row) {
    int begin = row * classes;
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = begin; i < begin + classes; i++) {
      largest = Math.max(largest, logits[i]);
    }
    double sum = 0;
    for (int i = begin; i < begin + classes; i++) {
      sum += Math.exp(logits[i] - largest);
    }
    double normalizer = Math.log(sum);
    for (int i = begin; i < begin + classes; i++) {
      logarithms[i] = Double.isFinite(logits[i]) ? logits[i] - largest - normalizer : Double.NaN;
      probabilities[i] = Math.exp(logarithms[i]);
      entropies[row] -= probabilities[i] * logarithms[i];
    }
    entropies[row] = Math.max(0, entropies[row]);
    if (Double.isNaN(entropies[row])) {
      Arrays.fill(logarithms, begin, begin + classes, Double.NaN);
      Arrays.fill(probabilities, begin, begin + classes, Double.NaN);
    }
  }
}
