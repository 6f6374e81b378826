package dev.evenkeel.jobs.config;

import java.time.Duration;

/**
 * When a stream's open micro-batch is closed.
 *
 * @param mode which clock {@code maxDelay} is read from
 * @param maxSize samples of one stream at which its batch is closed, at least 1
 * @param maxDelay age of the first sample at which its batch is closed; zero for no limit
 * @param maxCallSize most samples in one call of ONNX Runtime, at least {@code maxSize}
 */
public record BatchConfig(Mode mode, int maxSize, Duration maxDelay, int maxCallSize) {

  /** What decides where a batch ends. */
  public enum Mode {
    /** Sample count and the machine's clock. */
    LATENCY,
    /** Sample count and event times only: the same input always makes the same batches. */
    DETERMINISTIC
  }
}
