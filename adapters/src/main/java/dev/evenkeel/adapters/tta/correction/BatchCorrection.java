package dev.evenkeel.adapters.tta.correction;

import dev.evenkeel.adapters.tta.StateDict;
import java.util.Map;
import java.util.Optional;

/** A correction that looks at the batch alone and remembers nothing. */
interface BatchCorrection extends Correction {
  /**
   * The logits to be emitted.
   *
   * @param logits {@code [samples, classes]}, left as they are
   * @param features {@code [samples, width]}, or empty
   * @return a fresh array {@code [samples, classes]}
   */
  float[] correct(float[] logits, Optional<float[]> features, int samples, int classes);

  @Override
  default Trust trust() {
    return Trust.NETWORK;
  }

  @Override
  default Corrected correct(
      float[] logits, Optional<float[]> features, int samples, int classes, StateDict state) {
    return new Corrected(correct(logits, features, samples, classes), Map.of());
  }
}
