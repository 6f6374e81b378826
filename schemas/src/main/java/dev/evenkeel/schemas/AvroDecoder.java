package dev.evenkeel.schemas;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/**
 * Raw Avro binary of the current schema, or of an earlier version: a field that a later version
 * added stands at the end of its message, has a default, and says so by its property {@code since},
 * so what ends before it was written without it.
 */
final class AvroDecoder<T extends SpecificRecord> implements MessageDecoder<T> {
  private final Class<T> type;
  private final SpecificDatumReader<T> reader;
  private final Optional<SpecificDatumReader<T>> firstVersion;

  AvroDecoder(Class<T> type) {
    this.type = type;
    this.reader = new SpecificDatumReader<>(type);
    this.firstVersion =
        firstVersion(reader.getSchema())
            .map(writer -> new SpecificDatumReader<>(writer, reader.getSchema()));
  }

  private static Optional<Schema> firstVersion(Schema schema) {
    List<Schema.Field> fields =
        schema.getFields().stream()
            .filter(field -> field.getObjectProp("since") == null)
            .map(field -> new Schema.Field(field, field.schema()))
            .toList();
    return fields.size() == schema.getFields().size()
        ? Optional.empty()
        : Optional.of(
            Schema.createRecord(
                schema.getName(), schema.getDoc(), schema.getNamespace(), false, fields));
  }

  @Override
  public T decode(byte[] value) throws DecodeException {
    ByteBuffer input = ByteBuffer.wrap(value);
    T message;
    try {
      message = read(reader, input);
    } catch (DecodeException e) {
      message = readFirstVersion(ByteBuffer.wrap(value)).orElseThrow(() -> e);
      input.position(input.limit());
    }
    if (input.hasRemaining()) {
      throw new DecodeException(
          RejectionReason.TRAILING_BYTES,
          "%d of %d bytes are left over after the %s; send one message per record, without framing"
              .formatted(input.remaining(), value.length, type.getSimpleName()));
    }
    return message;
  }

  /** The message, if it was written without what later versions added. */
  private Optional<T> readFirstVersion(ByteBuffer input) {
    if (firstVersion.isEmpty()) {
      return Optional.empty();
    }
    try {
      T message = read(firstVersion.get(), input);
      return input.hasRemaining() ? Optional.empty() : Optional.of(message);
    } catch (DecodeException e) {
      return Optional.empty();
    }
  }

  private T read(SpecificDatumReader<T> reader, ByteBuffer input) throws DecodeException {
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
