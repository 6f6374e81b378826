package dev.evenkeel.adapters.npy;

import dev.evenkeel.adapters.tensor.Tensor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** NumPy's archives: {@code .npz} holds arrays by name in a zip file, stored or deflated. */
public final class Npz {
  private static final String SUFFIX = ".npy";

  /** Deflate cannot do better than this, so a bigger claim is a lie. */
  private static final long MAX_DEFLATE_RATIO = 1032;

  /** The earliest time that zip can store, so that equal arrays give equal bytes. */
  private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

  private Npz() {}

  /**
   * Reads all arrays, named without {@code .npy}.
   *
   * @throws IOException if the file cannot be read or an entry is no array, naming both and why
   */
  public static SortedMap<String, Tensor> read(Path file) throws IOException {
    SortedMap<String, Tensor> arrays = new TreeMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        String name = file + ", entry " + entry.getName();
        if (!entry.getName().endsWith(SUFFIX)) {
          throw new IOException(name + " is no array: expected names ending in " + SUFFIX);
        }
        if (entry.getSize() > MAX_DEFLATE_RATIO * (entry.getCompressedSize() + 1)) {
          throw new IOException(
              name
                  + " claims "
                  + entry.getSize()
                  + " bytes, impossible in "
                  + entry.getCompressedSize()
                  + " compressed bytes");
        }
        String key = entry.getName().substring(0, entry.getName().length() - SUFFIX.length());
        try (InputStream in = zip.getInputStream(entry)) {
          if (arrays.put(key, NpyFormat.read(in, entry.getSize(), name)) != null) {
            throw new IOException(name + " occurs twice");
          }
        }
      }
    } catch (ZipException e) {
      throw new IOException(file + " is no readable zip archive: " + e.getMessage(), e);
    }
    return arrays;
  }

  /** Writes the arrays deflated, in order of their names; the same arrays give the same bytes. */
  public static void write(Path file, SortedMap<String, Tensor> arrays) throws IOException {
    try (ZipOutputStream zip =
        new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      for (Map.Entry<String, Tensor> array : arrays.entrySet()) {
        ZipEntry entry = new ZipEntry(array.getKey() + SUFFIX);
        entry.setTimeLocal(EPOCH);
        zip.putNextEntry(entry);
        NpyFormat.write(zip, array.getValue());
        zip.closeEntry();
      }
    }
  }
}
