package dev.evenkeel.adapters.npy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
  private static final Tensor PAIR = Tensor.ofFloats(Shape.of(2), 1.5f, -2);

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BFLOAT16")
  void readsBackEveryElementType(ElementType type) throws IOException {
    Tensor tensor = Tensor.wrap(type, Shape.of(2, 1, 3), ByteBuffer.allocate(6 * type.bytes()));

    Npy.write(folder.resolve("a.npy"), tensor);

    assertThat(Npy.read(folder.resolve("a.npy"))).isEqualTo(tensor);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void readsBackEveryRank(int rank) throws IOException {
    long[] dimensions = new long[rank];
    Arrays.fill(dimensions, 1);
    Tensor tensor = Tensor.ofLongs(Shape.of(dimensions), 42);

    Npy.write(folder.resolve("a.npy"), tensor);

    assertThat(Npy.read(folder.resolve("a.npy"))).isEqualTo(tensor);
  }

  @Test
  void readsWhatNumpyWrote() throws IOException {
    Tensor logits = Npy.read(Path.of("src/test/resources/fashion/gradients/running_logits.npy"));

    assertThat(logits.type()).isEqualTo(ElementType.FLOAT32);
    assertThat(logits.shape()).isEqualTo(Shape.of(16, 10));
  }

  @Test
  void writesTheBytesThatNumpyWrites() throws IOException {
    Path original = Path.of("src/test/resources/fashion/gradients/running_logits.npy");

    Npy.write(folder.resolve("a.npy"), Npy.read(original));

    assertThat(folder.resolve("a.npy")).hasSameBinaryContentAs(original);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void readsLaterHeaderVersions(int version) throws IOException {
    String header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }\n";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(("\u0093NUMPY" + (char) version + "\0").getBytes(ISO_8859_1));
    bytes.write(new byte[] {(byte) header.length(), 0, 0, 0});
    bytes.write(header.getBytes(ISO_8859_1));
    bytes.write(new byte[] {7, 8});
    Files.write(folder.resolve("a.npy"), bytes.toByteArray());

    assertThat(Npy.read(folder.resolve("a.npy")))
        .isEqualTo(Tensor.ofBytes(Shape.of(2), (byte) 7, (byte) 8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "'<f4'; '>f4'; NumPy type '>f4'",
        "'<f4'; '|O'; NumPy type '|O'",
        "False; True; Fortran order",
        "(2,); (3,); holds 8 bytes of elements, expected 12",
        "(2,); (99999999999,); more than the 2 GiB",
        "(2,); (99999999999, 99999999999); impossible shape",
        "(2,); (-2,); no usable 'shape'",
        "\u0093NUMPY; PK; no NumPy array",
        "'\u0093NUMPY\u0001'; '\u0093NUMPY\u0009'; format version 9.0",
      })
  void refusesAHeaderThatDoesNotFit(String original, String replacement, String message)
      throws IOException {
    Path file = folder.resolve("a.npy");
    Npy.write(file, PAIR);
    String text = Files.readString(file, ISO_8859_1);
    int shift = replacement.length() - original.length();
    String padding = " ".repeat(60);
    String changed = text.replace(original, replacement);
    if (shift > 0) {
      changed = changed.replace(padding.substring(0, shift) + "\n", "\n");
    } else {
      changed = changed.replace("\n", " ".repeat(-shift) + "\n");
    }
    Files.writeString(file, changed, ISO_8859_1);

    assertThatThrownBy(() -> Npy.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    Path file = folder.resolve("a.npy");
    Npy.write(file, PAIR);
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Npy.read(file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void readsBackAnArchive() throws IOException {
    SortedMap<String, Tensor> arrays = new TreeMap<>();
    arrays.put("norm.means", PAIR);
    arrays.put("counter.steps", Tensor.scalar(7L));

    Npz.write(folder.resolve("a.npz"), arrays);
    Npz.write(folder.resolve("b.npz"), arrays);

    assertThat(Npz.read(folder.resolve("a.npz"))).isEqualTo(arrays);
    assertThat(folder.resolve("a.npz")).hasSameBinaryContentAs(folder.resolve("b.npz"));
  }

  @Test
  void readsAStoredArchive() throws IOException {
    Npy.write(folder.resolve("a.npy"), PAIR);
    byte[] array = Files.readAllBytes(folder.resolve("a.npy"));
    CRC32 checksum = new CRC32();
    checksum.update(array);
    try (ZipOutputStream zip =
        new ZipOutputStream(Files.newOutputStream(folder.resolve("a.npz")))) {
      ZipEntry entry = new ZipEntry("pair.npy");
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(array.length);
      entry.setCrc(checksum.getValue());
      zip.putNextEntry(entry);
      zip.write(array);
    }

    assertThat(Npz.read(folder.resolve("a.npz"))).containsExactly(Map.entry("pair", PAIR));
  }

  @Test
  void refusesAnArchiveThatHoldsSomethingElse() throws IOException {
    Path file = folder.resolve("a.npz");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("readme.txt"));
    }

    assertThatThrownBy(() -> Npz.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("readme.txt is no array");
  }

  @Test
  void refusesWhatIsNoArchive() throws IOException {
    Path file = folder.resolve("a.npz");
    Files.writeString(file, "hello");

    assertThatThrownBy(() -> Npz.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
  }
}
