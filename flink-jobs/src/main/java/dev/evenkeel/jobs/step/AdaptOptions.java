package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.drift.DriftReference;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateDictSerializer;
import dev.evenkeel.jobs.batch.BatchPolicy;
import dev.evenkeel.jobs.batch.CallPolicy;
import dev.evenkeel.jobs.config.BatchConfig;
import dev.evenkeel.jobs.config.JobConfig;
import dev.evenkeel.jobs.config.StateConfig;
import dev.evenkeel.jobs.metrics.MetricsOptions;
import dev.evenkeel.jobs.snapshots.SnapshotOptions;
import dev.evenkeel.jobs.store.StoreLocation;
import java.io.Serializable;
import java.util.Optional;

/**
 * How the step runs, as it travels inside the job graph.
 *
 * @param scope what keys name
 * @param batches when a stream's batch is closed
 * @param calls which closed batches share a call
 * @param shadowShare share of batches that the source model answers too, in [0, 1]
 * @param states how states are kept
 * @param maxLagMillis wait of samples above which nothing is learned; 0 to learn always
 * @param watching whether batches are noted down for a watch
 * @param snapshots when states are handed on to be published
 * @param labels whether labels come to the step, for guards to judge by
 * @param models store that commands name models of; null if there is none
 */
public record AdaptOptions(
    StateConfig.Scope scope,
    BatchPolicy batches,
    CallPolicy calls,
    double shadowShare,
    States states,
    long maxLagMillis,
    Watching watching,
    SnapshotOptions snapshots,
    boolean labels,
    StoreLocation models,
    MetricsOptions metrics)
    implements Serializable {

  /**
   * How states are kept.
   *
   * @param maxLive streams kept ready in memory, at least 1
   * @param most streams whose state is kept at all; 0 for no limit
   * @param idleMillis after which an idle stream is forgotten; 0 for never
   * @param initial serialized state that new streams start from; null for the program's own
   * @param restartOthers whether state of another program is replaced instead of refused
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  public record States(
      int maxLive, int most, long idleMillis, byte[] initial, boolean restartOthers)
      implements Serializable {
    /** Everything is kept, so many ready in memory. */
    public static States keep(int maxLive) {
      return new States(maxLive, 0, 0, null, false);
    }

    /** What the configuration says. */
    public static States of(StateConfig config, Optional<StateDict> initial) {
      return new States(
          config.maxLiveStreams(),
          config.maxStreams(),
          config.idleTimeout().toMillis(),
          initial.map(StateDictSerializer::toBytes).orElse(null),
          config.otherProgram() == StateConfig.OtherProgram.RESTART);
    }

    Optional<StateDict> start() {
      return Optional.ofNullable(initial).map(StateDictSerializer::fromBytes);
    }
  }

  /**
   * Whether a watch reads along.
   *
   * @param reference of its source, null without a profile
   * @param segmentBy attribute whose values divide a stream, null for none
   * @param window answers in a report
   */
  public record Watching(boolean on, DriftReference reference, String segmentBy, int window)
      implements Serializable {
    /** Nobody watches. */
    public static final Watching OFF = new Watching(false, null, null, 0);

    /** Of a model that no profile is known of. */
    Watching withoutReference() {
      return new Watching(on, null, segmentBy, window);
    }
  }

  /**
   * What the configuration says.
   *
   * @param labels whether labels come to the step
   */
  public static AdaptOptions of(
      JobConfig config,
      Optional<StateDict> initial,
      Watching watching,
      SnapshotOptions snapshots,
      boolean labels,
      MetricsOptions metrics) {
    BatchConfig batch = config.batch();
    return new AdaptOptions(
        config.state().scope(),
        BatchPolicy.of(batch),
        CallPolicy.of(batch),
        config.shadow(),
        States.of(config.state(), initial),
        config.maxLag().toMillis(),
        watching,
        snapshots,
        labels,
        config.control().store().orElse(null),
        metrics);
  }
}
