package dev.evenkeel.schemas;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema.Field;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecord;

/** One JSON object on one line, fields in schema order, see {@link WireFormat#JSON}. */
final class JsonEncoder<T extends SpecificRecord> implements MessageEncoder<T> {
  private static final JsonFactory FACTORY = new JsonFactory();

  @Override
  public byte[] encode(T message) {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
      write(message, json);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "cannot encode %s: %s".formatted(message.getSchema().getName(), e.getMessage()), e);
    }
    return bytes.toByteArray();
  }

  /** The Java type of a value decides: each Avro type has its own in the generated classes. */
  private static void write(Object value, JsonGenerator json) throws IOException {
    if (value instanceof IndexedRecord record) {
      writeRecord(record, json);
    } else if (value instanceof Map<?, ?> map) {
      json.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        json.writeFieldName(entry.getKey().toString());
        write(entry.getValue(), json);
      }
      json.writeEndObject();
    } else if (value instanceof List<?> list) {
      json.writeStartArray();
      for (Object item : list) {
        write(item, json);
      }
      json.writeEndArray();
    } else if (value instanceof ByteBuffer bytes) {
      writeBytes(bytes, json);
    } else if (value instanceof Instant instant) {
      json.writeNumber(instant.toEpochMilli());
    } else if (value instanceof Enum<?> symbol) {
      json.writeString(symbol.name());
    } else {
      json.writePOJO(value);
    }
  }

  private static void writeRecord(IndexedRecord record, JsonGenerator json) throws IOException {
    json.writeStartObject();
    for (Field field : record.getSchema().getFields()) {
      Object value = record.get(field.pos());
      if (value == null && !field.schema().isNullable()) {
        throw new IllegalArgumentException(
            "cannot encode %s: %s is not set"
                .formatted(record.getSchema().getName(), field.name()));
      }
      json.writeFieldName(field.name());
      write(value, json);
    }
    json.writeEndObject();
  }

  private static void writeBytes(ByteBuffer bytes, JsonGenerator json) throws IOException {
    if (bytes.hasArray()) {
      json.writeBinary(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    } else {
      byte[] copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      json.writeBinary(copy);
    }
  }
}
