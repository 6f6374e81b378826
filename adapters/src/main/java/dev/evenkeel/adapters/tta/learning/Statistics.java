package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tensor.Tensor;
import java.util.Map;

/** The normalisation state of one network, in the memory of the runtime that made it. */
public interface Statistics {
  /** Takes over the canonical entries of one network. */
  void pack(Map<String, Tensor> entries);

  /** Takes over what other statistics of the same program hold. */
  void copyFrom(Statistics other);
}
