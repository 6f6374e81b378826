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
}
