package dev.evenkeel.adapters.tta;

import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * The one byte form of a state dict, for Flink state, snapshots and files; little-endian.
 *
 * <pre>
 *   int32 magic "EKSD" | int32 version | int32 entries
 *   entry: int16 name length | UTF-8 name | int8 type | int8 rank | int64 dimension... | data
 *   int32 CRC-32 of all before
 * </pre>
 *
 * <p>Equal dicts give equal bytes. Every version ever written stays readable.
 */
public final class StateDictSerializer {
  private static final int MAGIC = 0x44534b45;
  private static final int VERSION = 1;

  /** Codes are part of the format: append only. */
  private static final Map<ElementType, Integer> CODES =
      Map.of(
          ElementType.FLOAT32, 1,
          ElementType.INT64, 2,
          ElementType.INT32, 3,
          ElementType.UINT8, 4,
          ElementType.FLOAT64, 5,
          ElementType.BOOL, 6);

  private StateDictSerializer() {}

  public static byte[] toBytes(StateDict state) {
    int size = 16;
    for (Map.Entry<String, Tensor> entry : state.entries().entrySet()) {
      Tensor tensor = entry.getValue();
      size += 4 + utf8(entry.getKey()).length + 8 * tensor.shape().rank();
      size += tensor.size() * tensor.type().bytes();
    }
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(MAGIC).putInt(VERSION).putInt(state.entries().size());
    state.entries().forEach((name, tensor) -> write(out, name, tensor));
    out.putInt(checksum(out.array(), out.position()));
    return out.array();
  }

  /**
   * Reads a state dict.
   *
   * @throws IllegalArgumentException if the bytes are no state dict, damaged, or of a newer version
   */
  public static StateDict fromBytes(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < 16 || in.getInt() != MAGIC) {
      throw new IllegalArgumentException(
          "Not a state dict: " + bytes.length + " bytes without the mark EKSD at the start");
    }
    int version = in.getInt();
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "State dict has format version "
              + version
              + ", this program reads up to "
              + VERSION
              + "; use the Evenkeel version that wrote it, or a newer one");
    }
    if (checksum(bytes, bytes.length - 4) != in.getInt(bytes.length - 4)) {
      throw new IllegalArgumentException(
          "State dict of " + bytes.length + " bytes is damaged: its checksum does not match");
    }
    try {
      int count = in.getInt();
      SortedMap<String, Tensor> entries = new TreeMap<>();
      for (int i = 0; i < count; i++) {
        byte[] name = new byte[in.getShort()];
        in.get(name);
        entries.put(new String(name, StandardCharsets.UTF_8), readTensor(in));
      }
      return new StateDict(entries);
    } catch (ArithmeticException | BufferUnderflowException | NegativeArraySizeException e) {
      throw new IllegalArgumentException("State dict ends before its last entry", e);
    }
  }

  private static void write(ByteBuffer out, String name, Tensor tensor) {
    Integer code = CODES.get(tensor.type());
    if (code == null) {
      throw new IllegalArgumentException(
          "State entry '" + name + "' has type " + tensor.type() + ", expected " + CODES.keySet());
    }
    byte[] utf8 = utf8(name);
    out.putShort((short) utf8.length).put(utf8);
    out.put(code.byteValue()).put((byte) tensor.shape().rank());
    for (long dimension : tensor.shape().dimensions()) {
      out.putLong(dimension);
    }
    out.put(tensor.bytes());
  }

  private static Tensor readTensor(ByteBuffer in) {
    int code = in.get();
    ElementType type =
        CODES.entrySet().stream()
            .filter(entry -> entry.getValue() == code)
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("Unknown element type code " + code))
            .getKey();
    long[] dimensions = new long[in.get()];
    for (int i = 0; i < dimensions.length; i++) {
      dimensions[i] = in.getLong();
    }
    Shape shape = Shape.of(dimensions);
    long length = Math.multiplyExact(shape.size(), (long) type.bytes());
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] data = new byte[(int) length];
    in.get(data);
    return Tensor.wrap(type, shape, ByteBuffer.wrap(data));
  }

  private static byte[] utf8(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
