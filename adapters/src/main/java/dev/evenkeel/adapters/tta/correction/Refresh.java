package dev.evenkeel.adapters.tta.correction;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.Map;

/**
 * Source samples that the adapted network is to answer from time to time, since what the correction
 * knows of its errors is stale when it has moved. Arrays are not to be changed.
 *
 * @param every steps from one refresh to the next, at least 1
 * @param inputs {@code [samples, sample...]} as the model receives them
 * @param samples their number
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record Refresh(int every, float[] inputs, int samples) {
  /** Entry of a state: the last answers, {@code [samples, classes]}; none before the first. */
  static final String ANSWERS = "labelshift.refreshed-logits";

  /** The entries that remember answers, logits {@code [samples, classes]}. */
  public Map<String, Tensor> entries(float[] logits) {
    return Map.of(ANSWERS, Tensor.ofFloats(Shape.of(samples, logits.length / samples), logits));
  }
}
