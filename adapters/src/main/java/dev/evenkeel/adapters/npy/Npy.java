package dev.evenkeel.adapters.npy;

import dev.evenkeel.adapters.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;

/**
 * NumPy's array files: {@code .npy} holds one array. Little-endian, C order (Fortran order is
 * refused).
 */
public final class Npy {
  private Npy() {}

  /**
   * Reads an array.
   *
   * @throws IOException if the file cannot be read or is no such array, naming the file and why
   */
  public static Tensor read(Path file) throws IOException {
    throw new IOException("not yet: " + file);
  }

  public static void write(Path file, Tensor tensor) throws IOException {
    throw new IOException("not yet: " + file + tensor);
  }
}
