package dev.evenkeel.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;

/** Turns JSON values into the Java values of the generated classes, as the schema says. */
final class JsonValues {
  private final SpecificData data;
  private final Schema schema;

  JsonValues(Class<?> type) {
    data = SpecificData.getForClass(type);
    schema = data.getSchema(type);
  }

  /** The record in {@code root}. */
  Object read(JsonNode root) throws DecodeException {
    return readRecord(root, schema, schema.getName());
  }

  private Object read(JsonNode node, Schema schema, String path) throws DecodeException {
    return switch (schema.getType()) {
      case RECORD -> readRecord(node, schema, path);
      case UNION -> readUnion(node, schema, path);
      case ARRAY -> readArray(node, schema, path);
      case MAP -> readMap(node, schema, path);
      case ENUM -> readEnum(node, schema, path);
      case BYTES -> readBytes(node, path);
      case STRING -> {
        require(node.isTextual(), node, "a string", path);
        yield node.textValue();
      }
      case INT -> {
        require(node.isIntegralNumber() && node.canConvertToInt(), node, "an int", path);
        yield node.intValue();
      }
      case LONG -> {
        require(node.isIntegralNumber() && node.canConvertToLong(), node, "a long", path);
        boolean instant = schema.getLogicalType() instanceof LogicalTypes.TimestampMillis;
        yield instant ? Instant.ofEpochMilli(node.longValue()) : (Object) node.longValue();
      }
      case FLOAT -> (float) readNumber(node, path);
      case DOUBLE -> readNumber(node, path);
      case BOOLEAN -> {
        require(node.isBoolean(), node, "true or false", path);
        yield node.booleanValue();
      }
      default -> throw new IllegalStateException("no message has a field of type " + schema);
    };
  }

  private Object readRecord(JsonNode node, Schema schema, String path) throws DecodeException {
    require(node.isObject(), node, "an object", path);
    for (Map.Entry<String, JsonNode> property : node.properties()) {
      if (schema.getField(property.getKey()) == null) {
        List<String> known = schema.getFields().stream().map(Field::name).toList();
        throw new DecodeException(
            RejectionReason.UNKNOWN_FIELD,
            "%s has no field '%s'; known fields are %s".formatted(path, property.getKey(), known));
      }
    }
    var record = (IndexedRecord) SpecificData.newInstance(data.getClass(schema), schema);
    for (Field field : schema.getFields()) {
      record.put(field.pos(), readField(node.get(field.name()), field, path));
    }
    return record;
  }

  private Object readField(JsonNode node, Field field, String path) throws DecodeException {
    if (node != null) {
      return read(node, field.schema(), path + "." + field.name());
    }
    if (!field.hasDefaultValue()) {
      throw new DecodeException(
          RejectionReason.MISSING_FIELD,
          "%s lacks the field '%s', which has no default: %s"
              .formatted(path, field.name(), field.doc()));
    }
    return data.deepCopy(field.schema(), data.getDefaultValue(field));
  }

  /** All unions of the messages are {@code [null, X]}. */
  private Object readUnion(JsonNode node, Schema schema, String path) throws DecodeException {
    return node.isNull() ? null : read(node, schema.getTypes().get(1), path);
  }

  private List<Object> readArray(JsonNode node, Schema schema, String path) throws DecodeException {
    require(node.isArray(), node, "an array", path);
    List<Object> items = new ArrayList<>(node.size());
    for (JsonNode item : node) {
      items.add(read(item, schema.getElementType(), path + "[" + items.size() + "]"));
    }
    return items;
  }

  private Map<String, Object> readMap(JsonNode node, Schema schema, String path)
      throws DecodeException {
    require(node.isObject(), node, "an object", path);
    Map<String, Object> entries = new HashMap<>();
    for (Map.Entry<String, JsonNode> property : node.properties()) {
      Object value =
          read(property.getValue(), schema.getValueType(), path + "." + property.getKey());
      entries.put(property.getKey(), value);
    }
    return entries;
  }

  private Object readEnum(JsonNode node, Schema schema, String path) throws DecodeException {
    List<String> symbols = schema.getEnumSymbols();
    require(symbols.contains(node.textValue()), node, "one of " + symbols, path);
    return data.createEnum(node.textValue(), schema);
  }

  private static ByteBuffer readBytes(JsonNode node, String path) throws DecodeException {
    try {
      require(node.isTextual(), node, "a base64 string", path);
      return ByteBuffer.wrap(node.binaryValue());
    } catch (DecodeException e) {
      throw e;
    } catch (IOException e) {
      throw unexpected(node, "base64", path);
    }
  }

  private static double readNumber(JsonNode node, String path) throws DecodeException {
    if (node.isTextual()) {
      return switch (node.textValue()) {
        case "NaN" -> Double.NaN;
        case "Infinity" -> Double.POSITIVE_INFINITY;
        case "-Infinity" -> Double.NEGATIVE_INFINITY;
        default -> throw unexpected(node, "a number", path);
      };
    }
    require(node.isNumber(), node, "a number", path);
    return node.doubleValue();
  }

  private static void require(boolean holds, JsonNode node, String expected, String path)
      throws DecodeException {
    if (!holds) {
      throw unexpected(node, expected, path);
    }
  }

  private static DecodeException unexpected(JsonNode node, String expected, String path) {
    String found = node.toString();
    String shown = found.length() <= 40 ? found : found.substring(0, 40) + "...";
    return new DecodeException(
        RejectionReason.MALFORMED, "%s is %s, expected %s".formatted(path, shown, expected));
  }
}
