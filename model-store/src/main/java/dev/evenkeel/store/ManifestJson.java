package dev.evenkeel.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;

/** Manifests as JSON. Unknown fields are left alone, unknown formats refused. */
final class ManifestJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private ManifestJson() {}

  static byte[] write(Record manifest) throws JsonProcessingException {
    return MAPPER.writeValueAsBytes(manifest);
  }

  /**
   * @param where where the JSON was found, for the message
   */
  static Manifest read(byte[] json, String where) throws StoreException {
    return read(json, where, Manifest.class, Manifest.FORMAT);
  }

  /**
   * Reads a record that has a format number.
   *
   * @param where where the JSON was found, for the message
   * @param format the one that is understood
   */
  static <T extends Record> T read(byte[] json, String where, Class<T> type, int format)
      throws StoreException {
    try {
      JsonNode tree = MAPPER.readTree(json);
      int found = tree.path("format").asInt();
      if (found != format) {
        throw new StoreException(
            "the manifest of %s has format %d, this version reads %d; upgrade Evenkeel"
                .formatted(where, found, format));
      }
      return MAPPER.treeToValue(tree, type);
    } catch (StoreException e) {
      throw e;
    } catch (IOException e) {
      throw new StoreException(
          "the manifest of %s cannot be read: %s".formatted(where, e.getMessage()));
    }
  }
}
