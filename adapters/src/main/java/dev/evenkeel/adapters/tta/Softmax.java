package dev.evenkeel.adapters.tta;

import java.nio.FloatBuffer;

/** From logits to what a prediction says. Computed in double precision. */
public final class Softmax {
  private Softmax() {}

  /**
   * Probabilities of one row.
   *
   * @param logits read from {@code offset} on by absolute index
   * @param classes length of the row
   * @return {@code [classes]}, each in [0, 1]
   */
  public static float[] probabilities(FloatBuffer logits, int offset, int classes) {
    float largest = logits.get(offset + argmax(logits, offset, classes));
    double[] exponentials = new double[classes];
    double sum = 0;
    for (int i = 0; i < classes; i++) {
      exponentials[i] = Math.exp((double) logits.get(offset + i) - largest);
      sum += exponentials[i];
    }
    float[] probabilities = new float[classes];
    for (int i = 0; i < classes; i++) {
      probabilities[i] = (float) (exponentials[i] / sum);
    }
    return probabilities;
  }

  /**
   * {@code ln(sum of exp(logit))} of one row: the negative free energy, higher for samples that
   * look like the training data (Liu et al., NeurIPS 2020).
   *
   * @param logits read from {@code offset} on by absolute index
   * @param classes length of the row
   */
  public static double logSumExp(FloatBuffer logits, int offset, int classes) {
    double largest = logits.get(offset + argmax(logits, offset, classes));
    double sum = 0;
    for (int i = 0; i < classes; i++) {
      sum += Math.exp(logits.get(offset + i) - largest);
    }
    return largest + Math.log(sum);
  }

  /** Shannon entropy in nats, in [0, ln(classes)]; a probability of 0 adds nothing. */
  public static double entropy(float[] probabilities) {
    double entropy = 0;
    for (double probability : probabilities) {
      if (probability > 0) {
        entropy -= probability * Math.log(probability);
      }
    }
    return Math.max(0, entropy);
  }

  /** Index of the largest value of one row, the lowest among equals. */
  public static int argmax(FloatBuffer logits, int offset, int classes) {
    int best = 0;
    for (int i = 1; i < classes; i++) {
      if (logits.get(offset + i) > logits.get(offset + best)) {
        best = i;
      }
    }
    return best;
  }
}
