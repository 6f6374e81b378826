package dev.evenkeel.adapters.drift;

import java.nio.FloatBuffer;

/**
 * What one model answered to a batch. Arrays are not to be changed.
 *
 * @param labels {@code [samples]}
 * @param confidences probability of each label
 * @param entropies in nats
 * @param calibratedConfidences highest probability after calibration; empty if not asked for
 * @param calibratedEntropies in nats, after calibration; empty if not asked for
 * @param marginSum of highest minus second highest probability
 * @param probabilitySum {@code [classes]} summed over the samples
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record Answered(
    int[] labels,
    float[] confidences,
    float[] entropies,
    float[] calibratedConfidences,
    float[] calibratedEntropies,
    double marginSum,
    double[] probabilitySum) {

  /**
   * Gathers answers.
   *
   * @param logits {@code [samples, classes]}
   * @param labels as decided, {@code [samples]}
   * @param temperature that calibrates the logits; NaN for no calibrated figures
   */
  public static Answered of(FloatBuffer logits, int[] labels, int classes, double temperature) {
    float[] confidences = new float[labels.length];
    float[] entropies = new float[labels.length];
    int calibrated = Double.isNaN(temperature) ? 0 : labels.length;
    float[] calibratedConfidences = new float[calibrated];
    float[] calibratedEntropies = new float[calibrated];
    double[] sum = new double[classes];
    double[] row = new double[classes];
    double margin = 0;
    for (int i = 0; i < labels.length; i++) {
      softmax(logits, i * classes, row);
      double entropy = 0;
      double highest = 0;
      double second = 0;
      for (int y = 0; y < classes; y++) {
        double p = row[y];
        sum[y] += p;
        entropy -= p > 0 ? p * Math.log(p) : 0;
        second = Math.max(second, Math.min(p, highest));
        highest = Math.max(highest, p);
      }
      margin += highest - second;
      confidences[i] = (float) row[labels[i]];
      entropies[i] = (float) Math.max(entropy, 0);
      if (calibrated > 0) {
        calibrate(
            logits,
            i * classes,
            classes,
            temperature,
            i,
            calibratedConfidences,
            calibratedEntropies);
      }
    }
    return new Answered(
        labels, confidences, entropies, calibratedConfidences, calibratedEntropies, margin, sum);
  }

  private static void calibrate(
      FloatBuffer logits,
      int offset,
      int classes,
      double temperature,
      int sample,
      float[] confidences,
      float[] entropies) {
    double highest = Double.NEGATIVE_INFINITY;
    for (int y = 0; y < classes; y++) {
      highest = Math.max(highest, logits.get(offset + y));
    }
    double sum = 0;
    double weighted = 0;
    for (int y = 0; y < classes; y++) {
      double below = (logits.get(offset + y) - highest) / temperature;
      double odds = Math.exp(below);
      sum += odds;
      weighted += odds * below;
    }
    confidences[sample] = (float) (1 / sum);
    entropies[sample] = (float) Math.max(Math.log(sum) - weighted / sum, 0);
  }

  static void softmax(FloatBuffer logits, int offset, double[] into) {
    double highest = Double.NEGATIVE_INFINITY;
    for (int y = 0; y < into.length; y++) {
      into[y] = logits.get(offset + y);
      highest = Math.max(highest, into[y]);
    }
    softmax(into, highest);
  }

  /** In place. */
  static void softmax(double[] row, double highest) {
    double sum = 0;
    for (int y = 0; y < row.length; y++) {
      row[y] = Math.exp(row[y] - highest);
      sum += row[y];
    }
    for (int y = 0; y < row.length; y++) {
      row[y] /= sum;
    }
  }

  public int samples() {
    return labels.length;
  }

  public int classes() {
    return probabilitySum.length;
  }
}
