package dev.evenkeel.adapters.tta.normalization;

/** Where a network takes its statistics from while its state stays as it is. */
public enum FrozenStatistics {
  /** From the state or the model alone: a batch normalisation with constants. */
  CONSTANT,
  /** From the batch at hand, so that answers depend on what a sample is asked with. */
  BATCH,
  /** From each sample and the state. */
  SAMPLE
}
