package dev.evenkeel.schemas;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;

/**
 * Avro's binary encoding (Avro specification, "Binary Encoding") over an array-backed buffer.
 * Unlike Avro's own decoder it returns {@code bytes} as views instead of copies and compares every
 * length with what remains before anything of that length is allocated. A value cut short ends in a
 * {@link BufferUnderflowException}.
 */
final class BufferDecoder extends Decoder {
  private final ByteBuffer input;
  private final boolean copies;

  /**
   * @param copies whether {@code bytes} are copied after all: Avro takes the whole array behind
   *     them where they are to be read as a string
   */
  BufferDecoder(ByteBuffer input, boolean copies) {
    this.input = input.order(ByteOrder.LITTLE_ENDIAN);
    this.copies = copies;
  }

  @Override
  public void readNull() {}

  @Override
  public boolean readBoolean() throws DecodeException {
    byte value = input.get();
    if (value != 0 && value != 1) {
      throw malformed("a boolean is %d, expected 0 or 1".formatted(value));
    }
    return value == 1;
  }

  @Override
  public int readInt() throws DecodeException {
    long value = readLong();
    if (value != (int) value) {
      throw malformed("an int is %d, which needs more than 32 bits".formatted(value));
    }
    return (int) value;
  }

  @Override
  public long readLong() throws DecodeException {
    long zigzag = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = input.get();
      zigzag |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return (zigzag >>> 1) ^ -(zigzag & 1);
      }
    }
    throw malformed("a number has more than 10 bytes");
  }

  @Override
  public float readFloat() {
    return input.getFloat();
  }

  @Override
  public double readDouble() {
    return input.getDouble();
  }

  @Override
  public Utf8 readString(Utf8 old) throws DecodeException {
    return new Utf8(readString());
  }

  @Override
  public String readString() throws DecodeException {
    int length = readLength("string");
    int start = input.arrayOffset() + input.position();
    skipFixed(length);
    return new String(input.array(), start, length, StandardCharsets.UTF_8);
  }

  @Override
  public void skipString() throws DecodeException {
    skipFixed(readLength("string"));
  }

  @Override
  public ByteBuffer readBytes(ByteBuffer old) throws DecodeException {
    int length = readLength("bytes");
    if (copies) {
      byte[] copy = new byte[length];
      input.get(copy);
      return ByteBuffer.wrap(copy);
    }
    ByteBuffer view = input.slice(input.position(), length);
    skipFixed(length);
    return view;
  }

  @Override
  public void skipBytes() throws DecodeException {
    skipFixed(readLength("bytes"));
  }

  @Override
  public void readFixed(byte[] bytes, int start, int length) {
    input.get(bytes, start, length);
  }

  @Override
  public void skipFixed(int length) {
    if (length > input.remaining()) {
      throw new BufferUnderflowException();
    }
    input.position(input.position() + length);
  }

  @Override
  public int readEnum() throws DecodeException {
    return readInt();
  }

  @Override
  public int readIndex() throws DecodeException {
    return readInt();
  }

  @Override
  public long readArrayStart() throws DecodeException {
    return readBlockCount();
  }

  @Override
  public long arrayNext() throws DecodeException {
    return readBlockCount();
  }

  @Override
  public long skipArray() throws DecodeException {
    return skipBlocks();
  }

  @Override
  public long readMapStart() throws DecodeException {
    return readBlockCount();
  }

  @Override
  public long mapNext() throws DecodeException {
    return readBlockCount();
  }

  @Override
  public long skipMap() throws DecodeException {
    return skipBlocks();
  }

  private int readLength(String what) throws DecodeException {
    long length = readLong();
    if (length < 0) {
      throw malformed("the length of a %s field is %d".formatted(what, length));
    }
    if (length > input.remaining()) {
      throw pastEnd("a %s field of %d bytes".formatted(what, length));
    }
    return (int) length;
  }

  /** Number of items in the next block, 0 at the end; every item takes at least one byte. */
  private long readBlockCount() throws DecodeException {
    long count = readLong();
    if (count < 0) {
      // A negative count is followed by the size of the block in bytes, for those who skip it.
      readLong();
      count = -count;
    }
    if (count < 0 || count > input.remaining()) {
      throw pastEnd("%s entries".formatted(Long.toUnsignedString(count)));
    }
    return count;
  }

  /** Skips blocks that tell their size; returns the count of the first that does not, 0 at end. */
  private long skipBlocks() throws DecodeException {
    long count = readLong();
    while (count < 0) {
      skipFixed(readLength("block"));
      count = readLong();
    }
    if (count > input.remaining()) {
      throw pastEnd("%d entries".formatted(count));
    }
    return count;
  }

  private DecodeException pastEnd(String what) {
    return new DecodeException(
        RejectionReason.TRUNCATED,
        "byte %d announces %s, but %d bytes remain; send the whole message"
            .formatted(input.position(), what, input.remaining()));
  }

  private DecodeException malformed(String what) {
    return new DecodeException(
        RejectionReason.MALFORMED,
        "%s, before byte %d; encode with the current schema".formatted(what, input.position()));
  }
}
