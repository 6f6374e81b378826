package dev.evenkeel.schemas;

import java.nio.ByteBuffer;

/**
 * What stands before a message in Confluent's wire format: a zero byte and the number of the
 * writer's schema, 4 bytes, big-endian.
 */
final class ConfluentFrame {
  static final int BYTES = 1 + Integer.BYTES;

  private static final byte MAGIC = 0;

  private ConfluentFrame() {}

  static byte[] of(int id) {
    return ByteBuffer.allocate(BYTES).put(MAGIC).putInt(id).array();
  }

  /** The number of the writer's schema. */
  static int schemaId(byte[] value) throws DecodeException {
    if (value.length < BYTES) {
      throw new DecodeException(
          RejectionReason.TRUNCATED,
          "the value has %d bytes, but the frame before a message alone has %d; send the whole message"
              .formatted(value.length, BYTES));
    }
    if (value[0] != MAGIC) {
      throw new DecodeException(
          RejectionReason.MALFORMED,
          "the value begins with byte %d, expected 0 and the number of a schema; send Confluent's wire format, or set the format of the topic"
              .formatted(value[0] & 0xFF));
    }
    return ByteBuffer.wrap(value).getInt(1);
  }
}
