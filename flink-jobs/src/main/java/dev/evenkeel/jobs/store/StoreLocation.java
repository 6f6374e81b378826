package dev.evenkeel.jobs.store;

import dev.evenkeel.jobs.redaction.Redaction;
import dev.evenkeel.store.FileSystemBackend;
import dev.evenkeel.store.StorageBackend;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Where a store lies: a path or {@code file:} URI of a local directory, or a URI of any file system
 * that Flink has a plugin for, such as {@code s3://bucket/store}. No password may be part of it.
 *
 * @param text as it was given
 */
public record StoreLocation(String text) implements Serializable {
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");

  public StoreLocation {
    if (text.isBlank()) {
      throw new IllegalArgumentException(
          "The store is '" + text + "', expected a directory or a URI such as s3://bucket/store");
    }
    if (Redaction.hasPassword(text)) {
      throw new IllegalArgumentException(
          "The store is '"
              + Redaction.value(text)
              + "', expected an address without a password; set it up for the file system, whose"
              + " plugin reads it from Flink's configuration or the environment");
    }
    if (SCHEME.matcher(text).matches() && !isUri(text)) {
      throw new IllegalArgumentException(
          "The store is '" + Redaction.value(text) + "', which is no URI");
    }
  }

  private static boolean isUri(String text) {
    try {
      return new URI(text).getScheme() != null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** Whether it is a directory of this machine. */
  public boolean isLocal() {
    return !SCHEME.matcher(text).matches() || text.startsWith("file:");
  }

  /** The directory of this machine. */
  public Path localPath() {
    return text.startsWith("file:") ? Path.of(URI.create(text)) : Path.of(text);
  }

  /** The same place; a relative path starts at a directory. */
  public StoreLocation below(Path directory) {
    return isLocal() && !text.startsWith("file:")
        ? new StoreLocation(directory.resolve(text).toAbsolutePath().normalize().toString())
        : this;
  }

  /**
   * Opens the store; a local directory is made if it is missing.
   *
   * @throws IOException if it cannot be reached
   */
  public StorageBackend open() throws IOException {
    return isLocal()
        ? new FileSystemBackend(localPath())
        : new FlinkFileSystemBackend(new org.apache.flink.core.fs.Path(text));
  }

  @Override
  public String toString() {
    return text;
  }
}
