package dev.evenkeel.schemas;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.apache.avro.specific.SpecificDatumReader;

/** Reads one message of Avro binary and says what is wrong with it. */
final class AvroReading {
  private AvroReading() {}

  static <T> T read(SpecificDatumReader<T> reader, ByteBuffer input, Class<T> type)
      throws DecodeException {
    return read(reader, new BufferDecoder(input, false), input, type);
  }

  static <T> T read(
      SpecificDatumReader<T> reader, BufferDecoder decoder, ByteBuffer input, Class<T> type)
      throws DecodeException {
    try {
      return reader.read(null, decoder);
    } catch (DecodeException e) {
      throw e;
    } catch (BufferUnderflowException e) {
      throw new DecodeException(
          RejectionReason.TRUNCATED,
          "the value ends after %d bytes inside the %s; send the whole message"
              .formatted(input.limit(), type.getSimpleName()));
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // Avro reports an impossible enum or union index with whatever exception comes first, and
      // skips what a writer nested, however deep, by calling itself.
      throw new DecodeException(
          RejectionReason.MALFORMED,
          "byte %d is not as the schema of %s says (%s); encode with the current schema"
              .formatted(input.position(), type.getSimpleName(), e.getMessage()));
    }
  }

  static void requireEnd(ByteBuffer input, Class<?> type) throws DecodeException {
    if (input.hasRemaining()) {
      throw new DecodeException(
          RejectionReason.TRAILING_BYTES,
          "%d of %d bytes are left over after the %s; send one message per record, in the format of the topic"
              .formatted(input.remaining(), input.limit(), type.getSimpleName()));
    }
  }
}
