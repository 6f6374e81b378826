package dev.evenkeel.adapters.tta.correction;

import dev.evenkeel.adapters.labelshift.adapter.LinearHead;
import java.util.Optional;

/**
 * A correction that is the same for every sample: {@code factor * logits + shift}.
 *
 * @param head whose logits are taken instead of the model's; empty for the model's own
 * @param factor above 0
 * @param shift {@code [classes]}
 */
@SuppressWarnings("ArrayRecordComponent") // Read by index, never compared.
public record FrozenHead(Optional<LinearHead> head, double factor, double[] shift) {
  /** Leaves logits as they are. */
  static FrozenHead identity(int classes) {
    return new FrozenHead(Optional.empty(), 1, new double[classes]);
  }

  /** Whether logits leave as they came. */
  public boolean changesNothing() {
    for (double value : shift) {
      if (value != 0) {
        return false;
      }
    }
    return head.isEmpty() && factor == 1;
  }
}
