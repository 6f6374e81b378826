package dev.evenkeel.jobs.batch;

import dev.evenkeel.jobs.config.BatchConfig;
import java.io.Serializable;

/**
 * How many closed batches one call of the runtime answers.
 *
 * @param maxSamples most samples in a call, at least those of the largest batch
 * @param maxStreams most batches in a call, at least 1; one stream has at most one in it
 * @param lingerMillis how long a closed batch waits for others; 0 not to wait
 */
public record CallPolicy(int maxSamples, int maxStreams, long lingerMillis)
    implements Serializable {
  /** Every batch has a call of its own, at once. */
  public static final CallPolicy ONE_BY_ONE = new CallPolicy(Integer.MAX_VALUE, 1, 0);

  public static CallPolicy of(BatchConfig config) {
    return new CallPolicy(
        config.maxCallSize(), config.maxCallStreams(), config.linger().toMillis());
  }
}
