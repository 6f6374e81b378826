package dev.evenkeel.adapters.tta.learning;

import java.util.Optional;

/**
 * What a pass answered.
 *
 * @param logits {@code [samples, classes]}
 * @param features {@code [samples, width]} before the last linear layer, where a correction reads
 *     them
 * @param own logits of the model's last layer where another head has made the answers; else empty
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record Answers(float[] logits, Optional<float[]> features, Optional<float[]> own) {
  /** Answers of the model's own last layer. */
  public Answers(float[] logits, Optional<float[]> features) {
    this(logits, features, Optional.empty());
  }
}
