package dev.evenkeel.adapters.tta.learning;

/** The normalisation state of one network, in the memory of the runtime that made it. */
public interface Statistics {
  /** Takes over what other statistics of the same program hold. */
  void copyFrom(Statistics other);
}
