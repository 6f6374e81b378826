package dev.evenkeel.adapters.tta.objective;

import java.util.Arrays;

/**
 * A loss and its slope.
 *
 * @param value in nats for the losses of this package
 * @param gradient with respect to the logits, {@code [rows * classes]}, or to the parameters,
 *     {@code [parameters]}
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record Loss(double value, double[] gradient) {
  /** The sum of two losses of the same arguments. */
  public Loss plus(Loss other) {
    if (other.gradient.length != gradient.length) {
      throw new IllegalArgumentException(
          "Gradients of different lengths, " + gradient.length + " and " + other.gradient.length);
    }
    double[] sum = gradient.clone();
    Arrays.setAll(sum, i -> sum[i] + other.gradient[i]);
    return new Loss(value + other.value, sum);
  }

  /** The gradient as a graph takes it. */
  public float[] toFloats() {
    float[] floats = new float[gradient.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) gradient[i];
    }
    return floats;
  }
}
