package dev.evenkeel.jobs.snapshots;

import dev.evenkeel.jobs.config.SnapshotConfig;
import dev.evenkeel.jobs.metrics.MetricsOptions;
import dev.evenkeel.jobs.store.StoreLocation;
import dev.evenkeel.store.SnapshotRetention;
import java.io.Serializable;
import java.time.Duration;

/**
 * How snapshots are published, as it travels inside the job graph.
 *
 * @param store opens the store
 * @param place names it in messages
 * @param mostWaiting snapshots that wait for the store; beyond that the oldest are given up
 * @param keep newest snapshots of a stream that are kept
 * @param keepForMillis age below which all are kept
 * @param model reads the source model, which is put beside its snapshots
 */
public record PublishOptions(
    StoreOpener store,
    String place,
    int mostWaiting,
    int keep,
    long keepForMillis,
    ModelBytes model,
    MetricsOptions metrics)
    implements Serializable {
  /** Checkpoints' worth of snapshots that wait while the store cannot be reached. */
  private static final int CHECKPOINTS_WAITING = 4;

  /** Reads the source model. */
  public interface ModelBytes extends Serializable {
    byte[] read();
  }

  /** What the configuration says. */
  public static PublishOptions of(SnapshotConfig config, ModelBytes model, MetricsOptions metrics) {
    StoreLocation location = config.store().orElseThrow();
    return new PublishOptions(
        location::open,
        location.text(),
        CHECKPOINTS_WAITING * config.maxPerCheckpoint(),
        config.keep(),
        config.keepFor().toMillis(),
        model,
        metrics);
  }

  SnapshotRetention retention() {
    return new SnapshotRetention(keep, Duration.ofMillis(keepForMillis));
  }
}
