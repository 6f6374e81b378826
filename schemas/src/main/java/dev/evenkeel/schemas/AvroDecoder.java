package dev.evenkeel.schemas;

import java.nio.ByteBuffer;
import java.util.Comparator;
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
  private final List<SpecificDatumReader<T>> earlier;

  AvroDecoder(Class<T> type) {
    this.type = type;
    this.reader = new SpecificDatumReader<>(type);
    this.earlier =
        earlierVersions(reader.getSchema()).stream()
            .map(writer -> new SpecificDatumReader<T>(writer, reader.getSchema()))
            .toList();
  }

  /** The schemas that the message had before, the latest first. */
  private static List<Schema> earlierVersions(Schema schema) {
    return schema.getFields().stream()
        .map(AvroDecoder::since)
        .filter(version -> version > 1)
        .distinct()
        .sorted(Comparator.reverseOrder())
        .map(version -> before(version, schema))
        .toList();
  }

  private static Schema before(int version, Schema schema) {
    List<Schema.Field> fields =
        schema.getFields().stream()
            .filter(field -> since(field) < version)
            .map(field -> new Schema.Field(field, field.schema()))
            .toList();
    return Schema.createRecord(
        schema.getName(), schema.getDoc(), schema.getNamespace(), false, fields);
  }

  private static int since(Schema.Field field) {
    return field.getObjectProp("since") instanceof Integer version ? version : 1;
  }

  @Override
  public T decode(byte[] value) throws DecodeException {
    ByteBuffer input = ByteBuffer.wrap(value);
    T message;
    try {
      message = AvroReading.read(reader, input, type);
    } catch (DecodeException e) {
      message = readEarlier(value).orElseThrow(() -> e);
      input.position(input.limit());
    }
    AvroReading.requireEnd(input, type);
    return message;
  }

  /** The message, if it was written without what later versions added. */
  private Optional<T> readEarlier(byte[] value) {
    for (SpecificDatumReader<T> version : earlier) {
      ByteBuffer input = ByteBuffer.wrap(value);
      try {
        T message = AvroReading.read(version, input, type);
        if (!input.hasRemaining()) {
          return Optional.of(message);
        }
      } catch (DecodeException e) {
        // Not of this version either.
      }
    }
    return Optional.empty();
  }
}
