package dev.evenkeel.jobs.snapshots;

import dev.evenkeel.jobs.config.JobConfig;
import dev.evenkeel.jobs.config.StateConfig;
import dev.evenkeel.jobs.control.ProgramSpec;
import dev.evenkeel.store.Digest;
import dev.evenkeel.store.SnapshotManifest;
import java.io.Serializable;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * What all snapshots of a job have in common.
 *
 * @param job its name
 * @param scope who shares a state
 * @param model digest of the source model
 * @param recipe expression of the recipe
 * @param settings of the recipe
 * @param seed of everything random in the recipe
 */
public record SnapshotOrigin(
    String job,
    StateConfig.Scope scope,
    String model,
    String recipe,
    TreeMap<String, String> settings,
    long seed)
    implements Serializable {

  /** That of a configured job. */
  public static SnapshotOrigin of(JobConfig config, String model) {
    return new SnapshotOrigin(
        config.name(),
        config.state().scope(),
        model,
        config.recipe().expression(),
        new TreeMap<>(config.recipe().settings()),
        config.seed());
  }

  /** The same job with another program. */
  public SnapshotOrigin of(ProgramSpec program) {
    return new SnapshotOrigin(
        job,
        scope,
        program.model(),
        program.recipe(),
        new TreeMap<>(program.settings()),
        program.seed());
  }

  /**
   * Describes a snapshot.
   *
   * @param key of the stream or group
   * @param state bytes of the state dict
   * @param parent digest of the snapshot before, null for the first
   * @param program fingerprint of the program
   */
  public SnapshotManifest describe(
      String key,
      byte[] state,
      Digest parent,
      String program,
      long step,
      long checkpoint,
      Map<String, Double> metrics,
      Instant now) {
    return new SnapshotManifest(
        SnapshotManifest.FORMAT,
        Digest.of(state),
        state.length,
        parent,
        Digest.parse(model),
        recipe,
        settings,
        seed,
        program,
        job,
        scope == StateConfig.Scope.STREAM ? key : null,
        scope == StateConfig.Scope.GROUP ? key : null,
        step,
        checkpoint,
        metrics,
        now);
  }
}
