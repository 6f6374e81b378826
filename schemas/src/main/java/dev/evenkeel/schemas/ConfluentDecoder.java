package dev.evenkeel.schemas;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/**
 * Avro binary behind a {@link ConfluentFrame}, written with the schema that the frame numbers and
 * read as the current one, by Avro's rules of schema resolution: fields that only the writer has
 * are skipped, fields that only the reader has get their default.
 */
final class ConfluentDecoder<T extends SpecificRecord> implements MessageDecoder<T> {
  /** More writers than this at a time only cost time. */
  private static final int MAX_READERS = 200;

  private final Class<T> type;
  private final Schema schema;
  private final SchemaRegistry registry;
  private final Map<Integer, Reader<T>> readers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Reader<T>> eldest) {
          return size() > MAX_READERS;
        }
      };
  private int latestId;
  private Reader<T> latest;

  /**
   * One writer's messages, or why they are refused.
   *
   * @param datum null if they are
   * @param same whether what is written is laid out as what is read
   */
  private record Reader<T>(SpecificDatumReader<T> datum, boolean same, DecodeException refusal) {}

  ConfluentDecoder(Class<T> type, SchemaRegistry registry) {
    this.type = type;
    this.schema = new SpecificDatumReader<>(type).getSchema();
    this.registry = registry;
  }

  @Override
  public T decode(byte[] value) throws DecodeException {
    int id = ConfluentFrame.schemaId(value);
    if (latest == null || id != latestId) {
      latest = reader(id);
      latestId = id;
    }
    if (latest.refusal() != null) {
      // A new one, since each is thrown where its record is read.
      throw new DecodeException(latest.refusal().reason(), latest.refusal().detail());
    }
    ByteBuffer input = ByteBuffer.wrap(value);
    input.position(ConfluentFrame.BYTES);
    T message =
        AvroReading.read(latest.datum(), new BufferDecoder(input, !latest.same()), input, type);
    AvroReading.requireEnd(input, type);
    return message;
  }

  private Reader<T> reader(int id) throws DecodeException {
    Reader<T> known = readers.get(id);
    if (known == null) {
      String text = registry.schema(id);
      known = reader(id, text);
      readers.put(id, known);
    }
    return known;
  }

  private Reader<T> reader(int id, String text) {
    try {
      Schema writer = WriterSchemas.parse(text);
      WriterSchemas.requireReadable(writer, schema);
      boolean same =
          SchemaNormalization.toParsingForm(writer)
              .equals(SchemaNormalization.toParsingForm(schema));
      return new Reader<>(new SpecificDatumReader<>(same ? schema : writer, schema), same, null);
    } catch (IllegalArgumentException e) {
      return new Reader<>(
          null,
          false,
          new DecodeException(
              RejectionReason.INCOMPATIBLE_SCHEMA,
              "schema %d cannot be read as %s (%s); write with a compatible schema"
                  .formatted(id, type.getSimpleName(), e.getMessage())));
    }
  }
}
