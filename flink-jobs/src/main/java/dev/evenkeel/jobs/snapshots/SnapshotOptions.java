package dev.evenkeel.jobs.snapshots;

import dev.evenkeel.jobs.config.JobConfig;
import dev.evenkeel.jobs.config.SnapshotConfig;
import java.io.Serializable;

/**
 * When the operator hands states on, as it travels inside the job graph.
 *
 * @param intervalMillis least time between two snapshots of a stream
 * @param leastMovement since the last one
 * @param most at a checkpoint, for each operator instance
 * @param origin what all of them have in common; null if there are none
 */
public record SnapshotOptions(
    long intervalMillis, double leastMovement, int most, SnapshotOrigin origin)
    implements Serializable {
  /** No snapshots. */
  public static final SnapshotOptions OFF = new SnapshotOptions(0, 0, 0, null);

  /** What the configuration says. */
  public static SnapshotOptions of(JobConfig config, String model) {
    SnapshotConfig snapshots = config.snapshots();
    return snapshots.store().isEmpty()
        ? OFF
        : new SnapshotOptions(
            snapshots.interval().toMillis(),
            snapshots.onChange(),
            snapshots.maxPerCheckpoint(),
            SnapshotOrigin.of(config, model));
  }

  public boolean areOn() {
    return origin != null;
  }
}
