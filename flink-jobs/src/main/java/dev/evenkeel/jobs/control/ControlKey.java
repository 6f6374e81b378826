package dev.evenkeel.jobs.control;

import dev.evenkeel.jobs.config.ConfigException;
import dev.evenkeel.schemas.ControlSignature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads the secret of the control topic. */
public final class ControlKey {
  private ControlKey() {}

  /**
   * The bytes of a key file, as they are.
   *
   * @throws ConfigException if it cannot be read or is too short
   */
  public static byte[] read(Path file) {
    try {
      byte[] key = Files.readAllBytes(file);
      new ControlSignature(key);
      return key;
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException(
          List.of("control.key-file is " + file + ", which is no key: " + e.getMessage()));
    }
  }
}
