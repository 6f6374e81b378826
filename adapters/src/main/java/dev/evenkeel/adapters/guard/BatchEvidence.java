package dev.evenkeel.adapters.guard;

import java.nio.FloatBuffer;

/**
 * What the answers of both models to one stream's samples tell, as sums over the samples.
 *
 * @param samples number of samples
 * @param advantage what the adapted network believes of its emitted answers, at a temperature, less
 *     what the source model believes of its own
 * @param sourceBelief what the source model believes of its own answers
 * @param bound of what the adapted network can win if the source model is as right as it is sure: 1
 *     - 2 p of the source model's answer where both networks differ, before any correction
 * @param agreements samples on which both answer the same
 * @param entropy of the adapted network's answers before any correction that makes them surer than
 *     they are, in nats
 * @param sourceEntropy of the source model's
 * @param probabilities of the adapted answers, {@code [classes]}
 * @param sourceProbabilities of the source model's
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record BatchEvidence(
    int samples,
    double advantage,
    double sourceBelief,
    double bound,
    int agreements,
    double entropy,
    double sourceEntropy,
    double[] probabilities,
    double[] sourceProbabilities) {

  /**
   * Reads the rows of some samples.
   *
   * @param rows of the samples
   * @param logits {@code [samples, classes]} as they would leave
   * @param network {@code [rows, classes]} logits of the adapted network in the order of rows,
   *     where a correction has made of them what leaves; null where they are the same
   * @param networkBelieved whether they alone say how sure the answers are; else they and the
   *     emitted ones do, each by half: a correction by the sequence is right about a run of samples
   *     if the network's errors are independent, and no more than the network if they are all alike
   * @param source {@code [samples, classes]} logits of the source model
   * @param temperature by which the adapted network's logits are divided, where they tell how sure
   *     it is
   */
  public static BatchEvidence of(
      int[] rows,
      FloatBuffer logits,
      float[] network,
      boolean networkBelieved,
      FloatBuffer source,
      int classes,
      double temperature) {
    double[] adapted = new double[classes];
    double[] frozen = new double[classes];
    double[] row = new double[classes];
    double advantage = 0;
    double sourceBelief = 0;
    double bound = 0;
    double entropy = 0;
    double sourceEntropy = 0;
    int agreements = 0;
    FloatBuffer before = network == null ? logits : FloatBuffer.wrap(network);
    for (int i = 0; i < rows.length; i++) {
      int from = rows[i] * classes;
      double ownEntropy = softmax(logits, from, 1, row);
      int label = argmax(row);
      add(row, adapted);
      double believed = believed(logits, from, temperature, row, label);
      if (network != null) {
        // What a correction makes of the network's answers may well be sure of itself.
        ownEntropy = softmax(before, i * classes, 1, row);
        double own = believed(before, i * classes, temperature, row, label);
        believed = networkBelieved ? own : (believed + own) / 2;
      }
      entropy += ownEntropy;
      advantage += believed;
      int networkLabel = network == null ? label : argmax(network, i * classes, classes);
      sourceEntropy += softmax(source, from, 1, row);
      int sourceLabel = argmax(row);
      add(row, frozen);
      advantage -= row[sourceLabel];
      sourceBelief += row[sourceLabel];
      bound += networkLabel == sourceLabel ? 0 : 1 - 2 * row[sourceLabel];
      agreements += label == sourceLabel ? 1 : 0;
    }
    return new BatchEvidence(
        rows.length,
        advantage,
        sourceBelief,
        bound,
        agreements,
        entropy,
        sourceEntropy,
        adapted,
        frozen);
  }

  /** Probability of a label at a temperature, where the row holds those at temperature 1. */
  private static double believed(
      FloatBuffer logits, int from, double temperature, double[] row, int label) {
    if (temperature != 1) {
      softmax(logits, from, temperature, row);
    }
    return row[label];
  }

  /** Fills in probabilities and returns their entropy in nats. */
  private static double softmax(FloatBuffer logits, int from, double temperature, double[] into) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int y = 0; y < into.length; y++) {
      largest = Math.max(largest, logits.get(from + y));
    }
    double sum = 0;
    double weighted = 0;
    for (int y = 0; y < into.length; y++) {
      double shifted = (logits.get(from + y) - largest) / temperature;
      into[y] = Math.exp(shifted);
      sum += into[y];
      weighted += into[y] == 0 ? 0 : into[y] * shifted;
    }
    for (int y = 0; y < into.length; y++) {
      into[y] /= sum;
    }
    return Math.log(sum) - weighted / sum;
  }

  private static int argmax(float[] logits, int from, int classes) {
    int best = 0;
    for (int y = 1; y < classes; y++) {
      best = logits[from + y] > logits[from + best] ? y : best;
    }
    return best;
  }

  private static int argmax(double[] row) {
    int best = 0;
    for (int y = 1; y < row.length; y++) {
      best = row[y] > row[best] ? y : best;
    }
    return best;
  }

  private static void add(double[] row, double[] sum) {
    for (int y = 0; y < row.length; y++) {
      sum[y] += row[y];
    }
  }
}
