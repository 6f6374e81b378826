package dev.evenkeel.jobs.payload;

import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.RejectionReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** Payloads in files below a directory of this machine; links may not lead out of it. */
final class FilePayloads {
  private FilePayloads() {}

  /**
   * Reads a regular file. A directory that is gone is an outage, a file that is missing from it is
   * not.
   *
   * @param length of the payload in bytes; no more than one byte beyond is read
   * @return at most {@code length + 1} bytes
   * @throws IOException if the directory or a file in it cannot be read now
   */
  static byte[] read(AllowedUris.Location location, int length)
      throws DecodeException, IOException {
    Path root = Path.of(location.place()).toRealPath();
    requireDirectory(root);
    Path file;
    try {
      file = Path.of(location.uri()).toRealPath();
    } catch (NoSuchFileException e) {
      // The directory may have gone since it was looked at.
      requireDirectory(root);
      throw missing(location, "does not exist");
    } catch (FileSystemException | IllegalArgumentException e) {
      // A name too long, a file for a directory, a circle of links: it will be so the next time
      // too.
      throw missing(location, "names no file that can be found (" + e.getMessage() + ")");
    }
    try {
      if (!file.startsWith(root)) {
        throw new DecodeException(
            RejectionReason.PAYLOAD_REFUSED,
            "data_uri '%s' is a link that leads out of its allowed place; put the file itself there"
                .formatted(location.uri()));
      }
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new DecodeException(
            RejectionReason.PAYLOAD_REFUSED,
            "data_uri '%s' is no regular file; put the payload into one".formatted(location.uri()));
      }
      try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
        return in.readNBytes(length + 1);
      }
    } catch (NoSuchFileException e) {
      requireDirectory(root);
      throw missing(location, "does not exist");
    } catch (AccessDeniedException e) {
      throw missing(location, "may not be read by the job");
    }
  }

  private static void requireDirectory(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      throw new NotDirectoryException(root.toString());
    }
  }

  private static DecodeException missing(AllowedUris.Location location, String what) {
    return new DecodeException(
        RejectionReason.PAYLOAD_UNAVAILABLE,
        "data_uri '%s' %s; write the payload before its sample".formatted(location.uri(), what));
  }
}
