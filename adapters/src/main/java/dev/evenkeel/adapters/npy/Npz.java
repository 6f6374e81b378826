package dev.evenkeel.adapters.npy;

import dev.evenkeel.adapters.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedMap;

/** NumPy's archives: {@code .npz} holds arrays by name in a zip file. */
public final class Npz {
  private Npz() {}

  public static SortedMap<String, Tensor> read(Path file) throws IOException {
    throw new IOException("not yet: " + file);
  }

  public static void write(Path file, SortedMap<String, Tensor> arrays) throws IOException {
    throw new IOException("not yet: " + file + arrays);
  }
}
