package dev.evenkeel.jobs.step;

import dev.evenkeel.jobs.store.StoreLocation;
import dev.evenkeel.store.Digest;
import dev.evenkeel.store.StoreException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * An ONNX file on its way to the TaskManagers. Up to 64 MiB it travels inside the job graph; a
 * larger one is read again from the same path on each TaskManager and must be the same there. One
 * in a model store is read from there. Identified by its digest.
 */
public final class ModelFile implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final long MAX_INLINE = 64L << 20;

  private final String path;
  private final String version;
  private final byte[] inline;
  private final StoreLocation store;

  private ModelFile(String path, String version, byte[] inline, StoreLocation store) {
    this.path = path;
    this.version = version;
    this.inline = inline;
    this.store = store;
  }

  public static ModelFile read(Path path) throws IOException {
    return of(path.toAbsolutePath().toString(), Files.readAllBytes(path));
  }

  /**
   * @param path for messages, and where a large file is read again
   * @param bytes content of the file, not copied
   */
  public static ModelFile of(String path, byte[] bytes) {
    return new ModelFile(path, digest(bytes), bytes.length <= MAX_INLINE ? bytes : null, null);
  }

  /**
   * A model in a store.
   *
   * @param version its digest
   */
  static ModelFile inStore(StoreLocation store, String version) {
    return new ModelFile("model of " + store, version, null, store);
  }

  /** {@code sha256:} and the digest of the file in hexadecimal. */
  public String version() {
    return version;
  }

  /**
   * The content; not to be changed.
   *
   * @throws UncheckedIOException if a large file cannot be read on this machine, or its store not
   * @throws IllegalStateException if it has another content here, or its store does not have it
   */
  public byte[] bytes() {
    if (inline != null) {
      return inline;
    }
    if (store != null) {
      return stored();
    }
    try {
      byte[] bytes = Files.readAllBytes(Path.of(path));
      if (!digest(bytes).equals(version)) {
        throw new IllegalStateException(
            "The model "
                + path
                + " has digest "
                + digest(bytes)
                + " on this machine, expected "
                + version
                + "; copy the same file to every TaskManager");
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The model "
              + path
              + " is too large to travel with the job and cannot be read on this"
              + " machine; put it there",
          e);
    }
  }

  private byte[] stored() {
    try {
      return store.open().readBlob(Digest.parse(version));
    } catch (StoreException e) {
      throw new IllegalStateException(
          "The store %s does not give the model: %s".formatted(store, e.getMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The model %s cannot be read from the store %s: %s"
              .formatted(version, store, e.getMessage()),
          e);
    }
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return "sha256:" + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ModelFile file && version.equals(file.version);
  }

  @Override
  public int hashCode() {
    return version.hashCode();
  }

  @Override
  public String toString() {
    return path + " " + version;
  }
}
