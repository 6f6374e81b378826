package dev.evenkeel.jobs.control;

import dev.evenkeel.jobs.config.ConfigException;
import dev.evenkeel.schemas.ControlSignature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Reads the secret of the control topic. */
public final class ControlKey {
  private ControlKey() {}

  /**
   * The bytes of a key file, as they are.
   *
   * @param name of the setting that names the file
   * @throws ConfigException if it cannot be read or is too short
   */
  public static byte[] read(String name, Path file) {
    try {
      byte[] key = Files.readAllBytes(file);
      new ControlSignature(key);
      return key;
    } catch (NoSuchFileException e) {
      throw problem(name, file, "does not exist; correct the path", e);
    } catch (IOException | IllegalArgumentException e) {
      throw problem(name, file, "is no key: " + e.getMessage(), e);
    }
  }

  private static ConfigException problem(String name, Path file, String what, Exception cause) {
    ConfigException problem =
        new ConfigException(List.of(name + " is " + file + ", which " + what));
    problem.initCause(cause);
    return problem;
  }
}
