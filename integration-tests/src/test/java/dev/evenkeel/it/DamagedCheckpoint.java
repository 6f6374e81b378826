package dev.evenkeel.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** Does to a complete checkpoint what a bad disk does. */
final class DamagedCheckpoint {
  private static final int BYTES_INTO_STATE = 500;

  private DamagedCheckpoint() {}

  /** Keeps the first half of the metadata. */
  static void truncateMetadata(Path checkpoint) throws IOException {
    Path metadata = checkpoint.resolve("_metadata");
    byte[] bytes = Files.readAllBytes(metadata);
    Files.write(metadata, Arrays.copyOf(bytes, bytes.length / 2));
  }

  /** Flips a bit in what a stream has learned. */
  static void flipBitOfState(Path checkpoint) throws IOException {
    try (Stream<Path> files = Files.list(checkpoint)) {
      for (Path file : files.toList()) {
        byte[] bytes = Files.readAllBytes(file);
        int start = new String(bytes, ISO_8859_1).indexOf(SavepointStates.MARK);
        if (start >= 0) {
          bytes[start + BYTES_INTO_STATE] ^= 1;
          Files.write(file, bytes);
          return;
        }
      }
    }
    throw new AssertionError("No state in " + checkpoint);
  }
}
