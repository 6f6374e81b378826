package dev.evenkeel.adapters.tta.correction;

/** Arithmetic on the rows of a matrix {@code [samples, classes]}. */
final class Rows {
  private Rows() {}

  /** Refuses logits of another size. */
  static void check(float[] logits, int samples, int classes) {
    if (samples < 1 || classes < 1 || logits.length != samples * classes) {
      throw new IllegalArgumentException(
          logits.length + " logits for " + samples + " samples of " + classes + " classes");
    }
  }

  /** Row-wise softmax, fresh. */
  static double[] softmax(float[] logits, int classes) {
    double[] probabilities = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = logits[i];
    }
    for (int begin = 0; begin < logits.length; begin += classes) {
      softmax(probabilities, begin, classes);
    }
    return probabilities;
  }

  /** Softmax of one row, in place. */
  static void softmax(double[] values, int begin, int classes) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = begin; i < begin + classes; i++) {
      largest = Math.max(largest, values[i]);
    }
    double sum = 0;
    for (int i = begin; i < begin + classes; i++) {
      values[i] = Math.exp(values[i] - largest);
      sum += values[i];
    }
    for (int i = begin; i < begin + classes; i++) {
      values[i] /= sum;
    }
  }
}
