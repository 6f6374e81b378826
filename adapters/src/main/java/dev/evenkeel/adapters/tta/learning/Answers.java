package dev.evenkeel.adapters.tta.learning;

import java.util.Arrays;
import java.util.Optional;

/**
 * What a pass answered.
 *
 * @param logits {@code [samples, classes]}
 * @param features {@code [samples, width]} before the last linear layer, where a correction reads
 *     them
 * @param own logits of the model's last layer where another head has made the answers; else empty
 * @param moments of what each normalisation was given, where statistics follow from them
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record Answers(
    float[] logits, Optional<float[]> features, Optional<float[]> own, Optional<Moments> moments) {

  /**
   * Moments of each sample over its positions.
   *
   * @param means {@code [samples, channels of all layers]}
   * @param squares {@code [samples, channels of all layers]}, means of squares
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  public record Moments(float[] means, float[] squares) {}

  /** Answers of the model's own last layer. */
  public Answers(float[] logits, Optional<float[]> features) {
    this(logits, features, Optional.empty(), Optional.empty());
  }

  /** The answers of a batch whose later samples another pass answered; without moments. */
  Answers followedBy(Answers later) {
    return new Answers(
        joined(logits, later.logits),
        features.map(earlier -> joined(earlier, later.features.orElseThrow())),
        own.map(earlier -> joined(earlier, later.own.orElseThrow())),
        Optional.empty());
  }

  private static float[] joined(float[] earlier, float[] later) {
    float[] joined = Arrays.copyOf(earlier, earlier.length + later.length);
    System.arraycopy(later, 0, joined, earlier.length, later.length);
    return joined;
  }
}
