package dev.evenkeel.adapters.npy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The byte layout of one array: magic, version, header (a Python dictionary literal), elements.
 *
 * <p>Layout after the NumPy reference, "numpy.lib.format", versions 1.0 to 3.0.
 */
final class NpyFormat {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int ALIGNMENT = 64;
  private static final int MAX_HEADER = 1 << 16;

  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d\\s,]*)\\)");

  private static final Map<String, ElementType> TYPES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("<f2", ElementType.FLOAT16),
              Map.entry("<f4", ElementType.FLOAT32),
              Map.entry("<f8", ElementType.FLOAT64),
              Map.entry("<i2", ElementType.INT16),
              Map.entry("<i4", ElementType.INT32),
              Map.entry("<i8", ElementType.INT64),
              Map.entry("<u2", ElementType.UINT16),
              Map.entry("<u4", ElementType.UINT32),
              Map.entry("<u8", ElementType.UINT64),
              Map.entry("|b1", ElementType.BOOL),
              Map.entry("|i1", ElementType.INT8),
              Map.entry("|u1", ElementType.UINT8)));

  private NpyFormat() {}

  /**
   * Reads one array that fills a stream of known length. Nothing of the size of the array is
   * allocated before the header has been found to agree with that length.
   *
   * @param length bytes that the stream claims to hold
   * @param name how messages name the array
   */
  static Tensor read(InputStream in, long length, String name) throws IOException {
    byte[] start = readFully(in, 8, name);
    if (!Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new IOException(name + " is no NumPy array: it does not start with \\x93NUMPY");
    }
    int version = start[6];
    if (version < 1 || version > 3) {
      throw new IOException(
          name + " has NumPy format version " + version + "." + start[7] + ", expected 1.0 to 3.0");
    }
    int lengthBytes = version == 1 ? 2 : 4;
    ByteBuffer field =
        ByteBuffer.wrap(readFully(in, lengthBytes, name)).order(ByteOrder.LITTLE_ENDIAN);
    long headerLength =
        version == 1
            ? Short.toUnsignedLong(field.getShort())
            : Integer.toUnsignedLong(field.getInt());
    if (headerLength > Math.min(MAX_HEADER, length)) {
      throw new IOException(
          name
              + " declares a header of "
              + headerLength
              + " bytes, expected at most "
              + Math.min(MAX_HEADER, length));
    }
    String header =
        new String(readFully(in, (int) headerLength, name), version == 3 ? UTF_8 : ISO_8859_1);
    ElementType type = type(header, name);
    if (find(FORTRAN, header, "fortran_order", name).equals("True")) {
      throw new IOException(
          name + " is in Fortran order, expected C order: save numpy.ascontiguousarray(array)");
    }
    Shape shape = shape(header, name);
    long expected = bytes(type, shape, name);
    long found = length - 8 - lengthBytes - headerLength;
    if (found != expected) {
      throw new IOException(
          name
              + " holds "
              + found
              + " bytes of elements, expected "
              + expected
              + " for "
              + type
              + shape);
    }
    return Tensor.wrap(type, shape, ByteBuffer.wrap(readFully(in, (int) expected, name)));
  }

  /** Writes version 1.0, padded as NumPy pads it. */
  static void write(OutputStream out, Tensor tensor) throws IOException {
    byte[] header = header(tensor).getBytes(ISO_8859_1);
    out.write(MAGIC);
    out.write(new byte[] {1, 0, (byte) header.length, (byte) (header.length >> 8)});
    out.write(header);
    byte[] elements = new byte[tensor.bytes().remaining()];
    tensor.bytes().get(elements);
    out.write(elements);
  }

  private static String header(Tensor tensor) {
    String descr =
        TYPES.entrySet().stream()
            .filter(entry -> entry.getValue() == tensor.type())
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "NumPy has no element type for " + tensor + ", only for " + TYPES));
    long[] dimensions = tensor.shape().dimensions();
    String shape =
        LongStream.of(dimensions).mapToObj(Long::toString).collect(Collectors.joining(", "))
            + (dimensions.length == 1 ? "," : "");
    String header =
        "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + shape + "), }";
    int unpadded = MAGIC.length + 4 + header.length() + 1;
    return header + " ".repeat(Math.floorMod(-unpadded, ALIGNMENT)) + "\n";
  }

  private static ElementType type(String header, String name) throws IOException {
    String descr = find(DESCR, header, "descr", name);
    ElementType type = TYPES.get(descr);
    if (type == null) {
      throw new IOException(
          name + " has elements of NumPy type '" + descr + "', expected one of " + TYPES.keySet());
    }
    return type;
  }

  private static Shape shape(String header, String name) throws IOException {
    String text = find(SHAPE, header, "shape", name);
    try {
      return Shape.of(
          Pattern.compile(",")
              .splitAsStream(text)
              .map(String::trim)
              .filter(part -> !part.isEmpty())
              .mapToLong(Long::parseLong)
              .toArray());
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IOException(name + " declares the impossible shape (" + text + ")", e);
    }
  }

  private static long bytes(ElementType type, Shape shape, String name) throws IOException {
    if (shape.size() > Integer.MAX_VALUE / type.bytes()) {
      throw new IOException(
          name + " declares " + type + shape + ", more than the 2 GiB that one array may take");
    }
    return shape.size() * type.bytes();
  }

  private static String find(Pattern pattern, String header, String key, String name)
      throws IOException {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new IOException(name + " has no usable '" + key + "' in its header: " + header.strip());
    }
    return matcher.group(1);
  }

  private static byte[] readFully(InputStream in, int count, String name) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException(
          name + " ends early: " + count + " more bytes expected, " + bytes.length + " found");
    }
    return bytes;
  }
}
