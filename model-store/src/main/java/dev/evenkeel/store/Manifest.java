package dev.evenkeel.store;

import java.time.Instant;
import java.util.Objects;

/**
 * What the store knows about one version of a model.
 *
 * @param format version of this description, {@link #FORMAT} when written now
 * @param name name of the model
 * @param version version of the model, counted from 1
 * @param digest digest of the model file
 * @param size size of the model file in bytes
 * @param createdAt when the version was made
 * @param model what the importer knew about the model
 */
public record Manifest(
    int format,
    String name,
    int version,
    Digest digest,
    long size,
    Instant createdAt,
    ManifestDraft model) {
  /** The format written now. Newer fields are added; this grows only when readers would err. */
  public static final int FORMAT = 1;

  public Manifest {
    Objects.requireNonNull(digest, "digest");
    Objects.requireNonNull(createdAt, "created_at");
    Objects.requireNonNull(model, "model");
    RefNames.requireSegment(name, "model name '" + name + "'");
    if (version < 1) {
      throw new IllegalArgumentException("version is %d, expected at least 1".formatted(version));
    }
  }

  /** {@code name@version}, which never means anything else. */
  public String reference() {
    return name + "@" + version;
  }
}
