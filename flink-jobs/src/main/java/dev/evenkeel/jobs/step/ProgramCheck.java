package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.jobs.batch.BatchPolicy;
import dev.evenkeel.jobs.control.Order;
import dev.evenkeel.jobs.control.OrderCheck;
import dev.evenkeel.jobs.control.ProgramSpec;
import dev.evenkeel.jobs.io.InputSpec;
import dev.evenkeel.jobs.store.StoreLocation;
import dev.evenkeel.store.Manifest;
import dev.evenkeel.store.ModelStore;
import dev.evenkeel.store.NotFoundException;
import dev.evenkeel.store.SnapshotKey;
import dev.evenkeel.store.SnapshotManifest;
import dev.evenkeel.store.SnapshotStore;
import dev.evenkeel.store.StorageBackend;
import dev.evenkeel.v1.ControlCommand;
import dev.evenkeel.v1.ControlScope;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Looks models and snapshots up in the model store, and lets a program answer a batch before any
 * stream is given to it.
 *
 * @param own program of the job file
 * @param job whose snapshots are gone back to
 * @param store of models and snapshots; null if there is none
 * @param input that models have to take
 * @param classes that they have to tell apart
 * @param batches that recipes have to be able to learn from
 */
public record ProgramCheck(
    ProgramFactory own,
    String job,
    StoreLocation store,
    InputSpec input,
    int classes,
    BatchPolicy batches)
    implements OrderCheck {
  /** Snapshots with a larger share of answers by the source model are not taken for good ones. */
  private static final double GOOD = 0;

  @Override
  public ProgramSpec swapped(String reference, ProgramSpec serving) throws IOException {
    if (reference.equals(own.modelVersion())) {
      ProgramSpec program = serving.onModel(own.modelVersion());
      tryOut(program, own.model());
      return program;
    }
    ModelStore models = new ModelStore(backend(), Clock.systemUTC());
    Manifest manifest = models.resolve(reference);
    ProgramSpec program = serving.onModel(manifest.digest().toString());
    tryOut(program, ModelFile.of("model " + manifest.reference(), models.open(manifest)));
    return program;
  }

  @Override
  public void requireServable(ProgramSpec program) throws IOException {
    tryOut(
        program,
        program.model().equals(own.modelVersion())
            ? own.model()
            : ModelFile.inStore(place(), program.model()));
  }

  private void tryOut(ProgramSpec program, ModelFile file) {
    try (LoadedProgram loaded = LoadedProgram.load(own.with(program, file))) {
      AdaptationProgram compiled = loaded.session().program();
      InputSpec found = InputSpec.of(compiled.source());
      if (!found.equals(input)) {
        throw new IllegalArgumentException(
            "%s takes samples %s, expected %s as the streams have; a model for others needs a job of"
                    .formatted(file, found, input)
                + " its own");
      }
      if (compiled.source().classes() != classes) {
        throw new IllegalArgumentException(
            "%s has %d classes, expected %d as what serves has; a model for others needs a job of its"
                    .formatted(file, compiled.source().classes(), classes)
                + " own");
      }
      int least = compiled.recipe().minimalBatch();
      if (batches.maxSize() < least) {
        throw new IllegalArgumentException(
            "the recipe learns from batches of at least %d, but batch.max-size is %d"
                .formatted(least, batches.maxSize()));
      }
      loaded.warmUp(batches.maxSize());
    }
  }

  @Override
  public List<Order.Snapshot> snapshots(ControlCommand command, ProgramSpec serving)
      throws IOException {
    SnapshotStore snapshots = new SnapshotStore(backend());
    Optional<String> target = Optional.ofNullable(command.getTarget());
    if (command.getReference() != null) {
      return List.of(read(snapshots, snapshots.resolve(command.getReference()), target));
    }
    List<Order.Snapshot> found = new ArrayList<>();
    for (SnapshotManifest manifest : lastGood(snapshots, command, serving).values()) {
      found.add(read(snapshots, manifest, nameOf(manifest.key())));
    }
    if (found.isEmpty()) {
      throw new NotFoundException(
          "no snapshot of %s in %s that was taken of job '%s' with this model and without a guard"
                  .formatted(target.map(name -> "'" + name + "'").orElse("any stream"), store, job)
              + " acting; name one with --snapshot, or reset");
    }
    return found;
  }

  private Map<String, SnapshotManifest> lastGood(
      SnapshotStore snapshots, ControlCommand command, ProgramSpec serving) throws IOException {
    Map<String, SnapshotManifest> newest = new TreeMap<>();
    for (SnapshotManifest manifest : snapshots.list(damaged -> {})) {
      boolean meant =
          command.getScope() == ControlScope.ALL
              || nameOf(manifest.key()).equals(Optional.of(command.getTarget()));
      boolean good = manifest.metrics().getOrDefault("fallen-back-ratio", 0.0) <= GOOD;
      if (meant
          && good
          && manifest.job().equals(job)
          && manifest.modelDigest().toString().equals(serving.model())) {
        newest.put(manifest.key().label(), manifest);
      }
    }
    return newest;
  }

  private static Optional<String> nameOf(SnapshotKey key) {
    return Optional.of(key.name()).filter(name -> !name.isEmpty());
  }

  private static Order.Snapshot read(
      SnapshotStore snapshots, SnapshotManifest manifest, Optional<String> key) throws IOException {
    return new Order.Snapshot(
        key, manifest.snapshot().toString(), manifest.program(), snapshots.open(manifest));
  }

  private StoreLocation place() {
    if (store == null) {
      throw new IllegalArgumentException(
          "the job has no model store; set control.store in the job file, or snapshots.store");
    }
    return store;
  }

  private StorageBackend backend() throws IOException {
    return place().open();
  }
}
