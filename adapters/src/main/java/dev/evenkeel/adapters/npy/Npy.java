package dev.evenkeel.adapters.npy;

import dev.evenkeel.adapters.tensor.Tensor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
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
    try (InputStream in = Files.newInputStream(file)) {
      return NpyFormat.read(in, Files.size(file), file.toString());
    }
  }

  /**
   * Writes an array as format version 1.0; the same tensor gives the same bytes.
   *
   * @throws IllegalArgumentException if NumPy has no such element type (BFLOAT16)
   */
  public static void write(Path file, Tensor tensor) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      NpyFormat.write(out, tensor);
    }
  }
}
