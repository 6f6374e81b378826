package dev.evenkeel.schemas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.avro.Resolver;
import org.apache.avro.Schema;

/**
 * Schemas that somebody else wrote. They are data: bounded in size, and nothing in them names a
 * Java class that would be loaded.
 */
final class WriterSchemas {
  /** Most characters of a schema. */
  static final int MAX_LENGTH = 256 * 1024;

  /**
   * Most parts of a schema with every record written out wherever it is named. Avro does write it
   * out, so a text of few lines could ask for any amount of memory.
   */
  static final long MAX_PARTS = 100_000;

  private static final JsonMapper MAPPER = new JsonMapper();

  /** Properties by which Avro's Java library picks classes of strings, arrays and maps. */
  private static final List<String> OF_JAVA =
      List.of("java-class", "java-key-class", "java-element-class", "avro.java.string");

  private WriterSchemas() {}

  /**
   * @throws IllegalArgumentException if the text is too long, no schema, or one that grows too
   *     large
   */
  static Schema parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "it has %d characters, at most %d are read".formatted(text.length(), MAX_LENGTH));
    }
    Schema schema;
    try {
      JsonNode json = MAPPER.readTree(text);
      removeJava(json);
      schema = new Schema.Parser().parse(json.toString());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it is no JSON: " + e.getOriginalMessage(), e);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("it is no Avro schema: " + e.getMessage(), e);
    }
    if (parts(schema, new IdentityHashMap<>()) > MAX_PARTS) {
      throw new IllegalArgumentException(
          "it has more than %d parts when its records are written out".formatted(MAX_PARTS));
    }
    return schema;
  }

  /** The text of one of our schemas for others, without what only concerns Java. */
  static String portable(Schema schema) {
    try {
      JsonNode json = MAPPER.readTree(schema.toString());
      removeJava(json);
      return json.toString();
    } catch (JsonProcessingException e) {
      throw new AssertionError("a schema is JSON", e);
    }
  }

  /**
   * Makes sure that there is something written so that can be read so.
   *
   * @throws IllegalArgumentException if there is nothing: a field is missing, or of another type
   */
  static void requireReadable(Schema writer, Schema reader) {
    Resolver.Action action = Resolver.resolve(writer, reader);
    requireNoError(action);
    if (action instanceof Resolver.RecordAdjust record) {
      for (Resolver.Action field : record.fieldActions) {
        requireNoError(field);
      }
    }
  }

  private static void requireNoError(Resolver.Action action) {
    if (action instanceof Resolver.ErrorAction error) {
      throw new IllegalArgumentException(error.toString());
    }
  }

  private static void removeJava(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(OF_JAVA);
    }
    node.forEach(WriterSchemas::removeJava);
  }

  /** A record inside itself counts once. */
  private static long parts(Schema schema, Map<Schema, Long> known) {
    Long counted = known.putIfAbsent(schema, 1L);
    if (counted != null) {
      return counted;
    }
    ToLongFunction<Schema> inner = part -> parts(part, known);
    long parts =
        switch (schema.getType()) {
          case RECORD ->
              schema.getFields().stream()
                  .map(Schema.Field::schema)
                  .mapToLong(inner)
                  .reduce(1, WriterSchemas::add);
          case UNION -> schema.getTypes().stream().mapToLong(inner).reduce(1, WriterSchemas::add);
          case ARRAY -> add(1, parts(schema.getElementType(), known));
          case MAP -> add(1, parts(schema.getValueType(), known));
          default -> 1;
        };
    known.put(schema, parts);
    return parts;
  }

  private static long add(long some, long more) {
    return Math.min(some + more, Long.MAX_VALUE / 4);
  }
}
