package dev.evenkeel.adapters.tta.correction;

import java.util.Optional;

/** Changes the answers to a batch before they leave; no parameter learns from it. */
public interface Correction {
  /**
   * The logits to be emitted. A correction that computes probabilities gives their logarithms,
   * floored at ln 1e-30.
   *
   * @param logits {@code [samples, classes]}, left as they are
   * @param features {@code [samples, width]}, what the last linear layer reads; empty if the model
   *     does not tell
   * @return a fresh array {@code [samples, classes]}
   * @throws IllegalArgumentException if sizes do not fit, or features are needed and missing
   */
  float[] correct(float[] logits, Optional<float[]> features, int samples, int classes);
}
