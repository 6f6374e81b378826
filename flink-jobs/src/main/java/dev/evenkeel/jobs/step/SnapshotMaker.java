package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateDictSerializer;
import dev.evenkeel.adapters.tta.StateMovement;
import dev.evenkeel.jobs.snapshots.SnapshotDraft;
import dev.evenkeel.jobs.snapshots.SnapshotOrigin;
import dev.evenkeel.store.Digest;
import java.time.Instant;
import java.util.Map;

/** Makes snapshots of one program's states. */
final class SnapshotMaker {
  private final SnapshotOrigin origin;
  private final String fingerprint;
  private final StateMovement movement;
  private final float[] source;

  SnapshotMaker(SnapshotOrigin origin, AdaptationProgram program) {
    this.origin = origin;
    fingerprint = program.fingerprint();
    movement = new StateMovement(program.initialState());
    source = movement.sketch(program.initialState());
  }

  /** A short description of a state, from which distances can be estimated. */
  float[] sketch(StateDict state) {
    return movement.sketch(state);
  }

  /** That of the initial state. */
  float[] sourceSketch() {
    return source.clone();
  }

  /**
   * A snapshot.
   *
   * @param parent the one before, null for the first
   * @param figures of the stream's answers since; the distance from the source is added
   */
  SnapshotDraft make(
      String key,
      AdaptationState live,
      StateDict state,
      Digest parent,
      long checkpoint,
      Map<String, Double> figures,
      Instant now) {
    figures.put("source-distance-ratio", movement.fromSource(state));
    byte[] bytes = StateDictSerializer.toBytes(state);
    return new SnapshotDraft(
        origin.describe(key, bytes, parent, fingerprint, live.steps(), checkpoint, figures, now),
        bytes);
  }
}
