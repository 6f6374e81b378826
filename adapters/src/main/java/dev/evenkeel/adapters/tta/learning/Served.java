package dev.evenkeel.adapters.tta.learning;

import java.util.Optional;

/**
 * What of a state answers.
 *
 * @param parameters scales of all affine layers, then biases; empty for the source model's
 * @param companion name of the second network whose statistics answer; empty for the first
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record Served(Optional<float[]> parameters, String companion) {
  /** The statistics alone. */
  public static final Served STATISTICS = new Served(Optional.empty(), "");

  static Served parameters(float[] parameters) {
    return new Served(Optional.of(parameters), "");
  }
}
