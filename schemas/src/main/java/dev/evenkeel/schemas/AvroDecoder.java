package dev.evenkeel.schemas;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/** Raw Avro binary of the current schema. */
final class AvroDecoder<T extends SpecificRecord> implements MessageDecoder<T> {
  private final Class<T> type;
  private final SpecificDatumReader<T> reader;

  AvroDecoder(Class<T> type) {
    this.type = type;
    this.reader = new SpecificDatumReader<>(type);
  }

  @Override
  public T decode(byte[] value) throws DecodeException {
    ByteBuffer input = ByteBuffer.wrap(value);
    T message = read(input);
    if (input.hasRemaining()) {
      throw new DecodeException(
          RejectionReason.TRAILING_BYTES,
          "%d of %d bytes are left over after the %s; send one message per record, without framing"
              .formatted(input.remaining(), value.length, type.getSimpleName()));
    }
    return message;
  }

  private T read(ByteBuffer input) throws DecodeException {
    try {
      return reader.read(null, new BufferDecoder(input));
    } catch (DecodeException e) {
      throw e;
    } catch (BufferUnderflowException e) {
      throw new DecodeException(
          RejectionReason.TRUNCATED,
          "the value ends after %d bytes inside the %s; send the whole message"
              .formatted(input.limit(), type.getSimpleName()));
    } catch (IOException | RuntimeException e) {
      // Avro reports an impossible enum or union index with whatever exception comes first.
      throw new DecodeException(
          RejectionReason.MALFORMED,
          "byte %d is not as the schema of %s says (%s); encode with the current schema"
              .formatted(input.position(), type.getSimpleName(), e.getMessage()));
    }
  }
}
