package dev.evenkeel.adapters.runtime;

/** Where the arithmetic runs. */
public enum Provider {
  /** CUDA where it works, else the CPU with one line in the log that says why. */
  AUTO,
  CPU,
  /** CUDA, or an error that says why not. */
  CUDA
}
