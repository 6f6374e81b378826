package dev.evenkeel.adapters.tta;

/** What a turn can be asked to tell beside its answers; nothing of it changes them. */
public enum Signal {
  /** What the frozen source model's last linear layer reads, where that model runs. */
  SOURCE_FEATURES,

  /** How undecided the assignment of samples to normalisation components is. */
  ASSIGNMENT_ENTROPY,

  /**
   * What the adapted model of a guarded stream answered where the source model answered too, also
   * where a guard lets the source model's answers leave.
   */
  ADAPTED_LOGITS
}
