package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.StateDict;
import java.util.Map;
import java.util.Optional;

/** A program that serves in one operator instance, with all that depends on it. */
final class Served implements AutoCloseable {
  private final LoadedProgram loaded;
  private final Emitter emitter;
  private final Optional<SnapshotMaker> snapshots;
  private final Optional<StateDict> start;
  private final Runnable onClose;

  /**
   * @param snapshots empty where none are taken
   * @param start of new streams; empty for the program's own
   */
  Served(
      LoadedProgram loaded,
      Emitter emitter,
      Optional<SnapshotMaker> snapshots,
      Optional<StateDict> start,
      Runnable onClose) {
    this.loaded = loaded;
    this.emitter = emitter;
    this.snapshots = snapshots;
    this.start = start;
    this.onClose = onClose;
  }

  AdaptationSession session() {
    return loaded.session();
  }

  /** To be filled for a call, and reused. */
  SampleBatch input() {
    return loaded.input();
  }

  Emitter emitter() {
    return emitter;
  }

  Optional<SnapshotMaker> snapshots() {
    return snapshots;
  }

  String fingerprint() {
    return loaded.fingerprint();
  }

  String model() {
    return loaded.factory().modelVersion();
  }

  /** The state that new streams start from. */
  AdaptationState newState() {
    return start.map(session()::restore).orElseGet(session()::initialState);
  }

  /** Whether a state of another program of the same model can go on in this one. */
  boolean takesOver(StoredState stored) {
    return stored.model().equals(model()) && fits(stored.entries());
  }

  private boolean fits(StateDict entries) {
    Map<String, Tensor> wanted = session().program().initialState().entries();
    return wanted.entrySet().stream()
        .allMatch(
            entry ->
                entries
                    .find(entry.getKey())
                    .filter(
                        found ->
                            found.type() == entry.getValue().type()
                                && found.shape().equals(entry.getValue().shape()))
                    .isPresent());
  }

  @Override
  public void close() {
    loaded.close();
    onClose.run();
  }
}
