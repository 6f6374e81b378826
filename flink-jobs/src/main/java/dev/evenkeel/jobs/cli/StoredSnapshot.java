package dev.evenkeel.jobs.cli;

import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateDictSerializer;
import dev.evenkeel.store.CorruptBlobException;
import dev.evenkeel.store.Digest;
import dev.evenkeel.store.NotFoundException;
import dev.evenkeel.store.SnapshotManifest;
import dev.evenkeel.store.SnapshotStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A snapshot read from a store, verified.
 *
 * @param manifest what the store knows
 * @param state what was learned
 */
record StoredSnapshot(SnapshotManifest manifest, StateDict state) {
  /**
   * Reads the snapshot that a reference means.
   *
   * @throws IllegalArgumentException if it is no reference
   */
  static StoredSnapshot read(SnapshotStore store, String reference) throws IOException {
    SnapshotManifest manifest = store.resolve(reference);
    byte[] bytes = store.open(manifest);
    try {
      return new StoredSnapshot(manifest, StateDictSerializer.fromBytes(bytes));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(
          "The snapshot " + manifest.snapshot() + " is no state dict: " + e.getMessage(), e);
    }
  }

  /**
   * The source model, of a file or else of the store.
   *
   * @param file empty for that of the store
   */
  SourceModel source(SnapshotStore store, Optional<Path> file) throws IOException {
    byte[] bytes;
    if (file.isPresent()) {
      bytes = Files.readAllBytes(file.get());
      Digest found = Digest.of(bytes);
      if (!found.equals(manifest.modelDigest())) {
        throw new CommandFailure(
            "--model is "
                + file.get()
                + " with digest "
                + found
                + ", the snapshot is of the model "
                + manifest.modelDigest()
                + "; give that one");
      }
    } else {
      try {
        bytes = store.openModel(manifest);
      } catch (NotFoundException e) {
        throw new CommandFailure(
            "The model "
                + manifest.modelDigest()
                + " of the snapshot is not in the store; give it with --model",
            e);
      } catch (CorruptBlobException e) {
        throw new CommandFailure(e.getMessage() + ", or give the model with --model", e);
      }
    }
    return SourceModel.of(
        OnnxReader.read(bytes, "model " + manifest.modelDigest()), manifest.settings());
  }

  /** The program whose state it is. */
  AdaptationProgram program(SourceModel source) {
    AdaptationProgram program =
        AdaptationProgram.compile(
            source, Recipe.parse(manifest.recipe(), manifest.settings()), manifest.seed());
    if (!program.fingerprint().equals(manifest.program())) {
      throw new CommandFailure(
          "The snapshot is of program "
              + manifest.program()
              + ", its recipe makes program "
              + program.fingerprint()
              + " here: a file that its settings name has changed, or it was made by another"
              + " release; use that");
    }
    return program;
  }

  /** The manifest by field, for JSON. */
  static Map<String, Object> fields(SnapshotManifest manifest) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("snapshot", manifest.snapshot().toString());
    fields.put("of", manifest.key().label());
    fields.put("stream_id", manifest.streamId());
    fields.put("group", manifest.group());
    fields.put("size_bytes", manifest.sizeBytes());
    fields.put("parent", Optional.ofNullable(manifest.parent()).map(Digest::toString).orElse(null));
    fields.put("model_digest", manifest.modelDigest().toString());
    fields.put("recipe", manifest.recipe());
    fields.put("settings", manifest.settings());
    fields.put("seed", manifest.seed());
    fields.put("program", manifest.program());
    fields.put("job", manifest.job());
    fields.put("adaptation_step", manifest.adaptationStep());
    fields.put("checkpoint_id", manifest.checkpointId());
    fields.put("metrics", manifest.metrics());
    fields.put("created_at", manifest.createdAt().toString());
    return fields;
  }
}
