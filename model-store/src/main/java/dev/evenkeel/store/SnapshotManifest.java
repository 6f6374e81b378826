package dev.evenkeel.store;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the store knows about a snapshot. With the source model it is all that is needed to run the
 * adapted model again.
 *
 * @param format version of this description, {@link #FORMAT} when written now
 * @param snapshot digest of the state dict
 * @param sizeBytes size of the state dict
 * @param parent digest of the snapshot before it of the same stream or group, null for the first;
 *     that one need not be in the store any more
 * @param modelDigest digest of the source model
 * @param recipe expression of the recipe
 * @param settings of the recipe, by key
 * @param seed of everything random in the recipe
 * @param program fingerprint of the program whose state this is
 * @param job name of the job
 * @param streamId stream whose state this is, null if others share it
 * @param group group that shares the state, null if none does
 * @param adaptationStep steps the state had taken
 * @param checkpointId Flink checkpoint whose state this is
 * @param metrics figures at that time, by name
 * @param createdAt when the checkpoint was taken
 */
public record SnapshotManifest(
    int format,
    Digest snapshot,
    long sizeBytes,
    Digest parent,
    Digest modelDigest,
    String recipe,
    Map<String, String> settings,
    long seed,
    String program,
    String job,
    String streamId,
    String group,
    long adaptationStep,
    long checkpointId,
    Map<String, Double> metrics,
    Instant createdAt) {
  /** The format written now. Newer fields are added; this grows only when readers would err. */
  public static final int FORMAT = 1;

  public SnapshotManifest {
    Objects.requireNonNull(snapshot, "snapshot");
    Objects.requireNonNull(modelDigest, "model_digest");
    Objects.requireNonNull(recipe, "recipe");
    Objects.requireNonNull(program, "program");
    Objects.requireNonNull(createdAt, "created_at");
    settings = sorted(settings);
    metrics = sorted(metrics);
    job = job == null ? "" : job;
    if (streamId != null && group != null) {
      throw new IllegalArgumentException(
          "a snapshot is of stream '%s' and of group '%s', expected one of them"
              .formatted(streamId, group));
    }
    if (sizeBytes < 0 || adaptationStep < 0 || createdAt.toEpochMilli() < 0) {
      throw new IllegalArgumentException(
          "a snapshot has size %d, step %d, time %s, expected none below 0"
              .formatted(sizeBytes, adaptationStep, createdAt));
    }
  }

  private static <T> SortedMap<String, T> sorted(Map<String, T> map) {
    return Collections.unmodifiableSortedMap(map == null ? new TreeMap<>() : new TreeMap<>(map));
  }

  /** As it lies in the store; equal manifests give equal bytes. */
  public byte[] toJson() throws IOException {
    return ManifestJson.write(this);
  }

  /**
   * Reads what {@link #toJson} writes.
   *
   * @param where where the JSON was found, for the message
   * @throws StoreException if it is something else, or of a newer format
   */
  public static SnapshotManifest fromJson(byte[] json, String where) throws StoreException {
    return ManifestJson.read(json, where, SnapshotManifest.class, FORMAT);
  }

  /** Whose state it is. */
  @JsonIgnore
  public SnapshotKey key() {
    if (streamId != null) {
      return new SnapshotKey(modelDigest, SnapshotScope.STREAM, streamId);
    }
    return group != null
        ? new SnapshotKey(modelDigest, SnapshotScope.GROUP, group)
        : new SnapshotKey(modelDigest, SnapshotScope.ALL, "");
  }
}
