package dev.evenkeel.adapters.profile;

import java.io.Serializable;

/**
 * Makes probabilities honest on the source domain: logits times a scale plus a bias per class
 * (bias-corrected temperature scaling; Alexandari, Kundaje and Shrikumar, ICML 2020).
 *
 * @param temperature that logits are divided by, above 0
 * @param bias added to each class, {@code [classes]}
 */
@SuppressWarnings("ArrayRecordComponent") // Read by index, never compared.
public record Calibration(double temperature, double[] bias) implements Serializable {
  public Calibration {
    if (!(temperature > 0 && temperature <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException("temperature is " + temperature + ", expected above 0");
    }
  }

  /** Leaves logits as they are. */
  public static Calibration identity(int classes) {
    return new Calibration(1, new double[classes]);
  }

  /**
   * Calibrated logits.
   *
   * @param rows logits {@code [samples, classes]}, left as they are
   */
  public double[] logits(float[] rows) {
    double[] calibrated = new double[rows.length];
    for (int begin = 0; begin < rows.length; begin += bias.length) {
      for (int y = 0; y < bias.length; y++) {
        calibrated[begin + y] = rows[begin + y] / temperature + bias[y];
      }
    }
    return calibrated;
  }

  /**
   * Calibrated probabilities.
   *
   * @param rows logits {@code [samples, classes]}, left as they are
   */
  public double[] probabilities(float[] rows) {
    double[] p = logits(rows);
    for (int begin = 0; begin < p.length; begin += bias.length) {
      double largest = Double.NEGATIVE_INFINITY;
      for (int i = begin; i < begin + bias.length; i++) {
        largest = Math.max(largest, p[i]);
      }
      double sum = 0;
      for (int i = begin; i < begin + bias.length; i++) {
        p[i] = Math.exp(p[i] - largest);
        sum += p[i];
      }
      for (int i = begin; i < begin + bias.length; i++) {
        p[i] /= sum;
      }
    }
    return p;
  }
}
