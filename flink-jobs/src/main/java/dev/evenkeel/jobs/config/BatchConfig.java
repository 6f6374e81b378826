package dev.evenkeel.jobs.config;

import java.time.Duration;
import java.util.Optional;

/**
 * When a stream's open micro-batch is closed.
 *
 * @param mode which clock {@code maxDelay} is read from
 * @param maxSize samples of one stream at which its batch is closed, at least 1
 * @param maxDelay age of the first sample at which its batch is closed; zero for no limit
 * @param maxCallSize most samples in one call of ONNX Runtime, at least {@code maxSize}
 * @param maxCallStreams most streams in one call, at least 1
 * @param linger how long a closed batch waits for those of other streams to share its call
 */
public record BatchConfig(
    Mode mode,
    int maxSize,
    Duration maxDelay,
    int maxCallSize,
    int maxCallStreams,
    Duration linger) {

  /** What decides where a batch ends. */
  public enum Mode {
    /** Sample count and the machine's clock. */
    LATENCY,
    /** Sample count and event times only: the same input always makes the same batches. */
    DETERMINISTIC
  }

  /**
   * Why a job would never adapt, if it would not.
   *
   * @param minimalBatch smallest batch that the recipe, as fitted to the model, adapts on
   */
  public Optional<String> problem(int minimalBatch) {
    return maxSize >= minimalBatch
        ? Optional.empty()
        : Optional.of(
            "batch.max-size is "
                + maxSize
                + ", expected at least normalization.min-batch, which is "
                + minimalBatch
                + ": the job would never adapt; raise it");
  }
}
