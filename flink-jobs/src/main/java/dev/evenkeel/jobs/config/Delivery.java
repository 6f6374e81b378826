package dev.evenkeel.jobs.config;

/** How often a prediction may appear in the output topics after a failure. */
public enum Delivery {
  /** Once for readers with {@code isolation.level=read_committed}; visible after a checkpoint. */
  EXACTLY_ONCE,
  /** At least once; visible at once, repeated after a failure. */
  AT_LEAST_ONCE
}
