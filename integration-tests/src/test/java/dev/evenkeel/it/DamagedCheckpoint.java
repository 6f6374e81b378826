package dev.evenkeel.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;

/** Does to a complete checkpoint what a bad disk does. */
final class DamagedCheckpoint {
  private DamagedCheckpoint() {}

  /** Keeps the first half of the metadata. */
  static void truncateMetadata(Path checkpoint) throws IOException {
    Path metadata = checkpoint.resolve("_metadata");
    byte[] bytes = Files.readAllBytes(metadata);
    Files.write(metadata, Arrays.copyOf(bytes, bytes.length / 2));
  }

  /** Flips a bit in the middle of the largest file beside the metadata. */
  static void flipByteOfState(Path checkpoint) throws IOException {
    try (Stream<Path> files = Files.list(checkpoint)) {
      Path largest =
          files
              .filter(file -> !file.endsWith("_metadata"))
              .max(Comparator.comparingLong(file -> file.toFile().length()))
              .orElseThrow();
      byte[] bytes = Files.readAllBytes(largest);
      bytes[bytes.length / 2] ^= 1;
      Files.write(largest, bytes);
    }
  }
}
