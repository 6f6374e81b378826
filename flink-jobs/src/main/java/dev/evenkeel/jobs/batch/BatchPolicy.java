package dev.evenkeel.jobs.batch;

import dev.evenkeel.jobs.config.BatchConfig;
import java.io.Serializable;

/**
 * When an open batch is closed.
 *
 * @param eventTime whether gaps are read from event times instead of the clock
 * @param maxSize samples at which it is full
 * @param maxDelayMillis longest span from its first sample on; 0 for no limit
 */
public record BatchPolicy(boolean eventTime, int maxSize, long maxDelayMillis)
    implements Serializable {

  public static BatchPolicy of(BatchConfig config) {
    return new BatchPolicy(
        config.mode() == BatchConfig.Mode.DETERMINISTIC,
        config.maxSize(),
        config.maxDelay().toMillis());
  }

  public boolean isFull(OpenBatch batch) {
    return batch.size() >= maxSize;
  }

  /** Whether a sample of that event time comes too late for the batch. */
  public boolean endsBefore(OpenBatch batch, long sampleEventTime) {
    return eventTime
        && maxDelayMillis > 0
        && !batch.isEmpty()
        && sampleEventTime - batch.samples().get(0).eventTime() >= maxDelayMillis;
  }

  /** The deadline of a batch whose first sample arrives now. */
  public long deadline(long now) {
    return eventTime || maxDelayMillis == 0 ? OpenBatch.NO_DEADLINE : now + maxDelayMillis;
  }
}
