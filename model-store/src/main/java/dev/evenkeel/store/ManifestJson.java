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

  static byte[] write(Manifest manifest) throws JsonProcessingException {
    return MAPPER.writeValueAsBytes(manifest);
  }

  /**
   * @param where where the JSON was found, for the message
   */
  static Manifest read(byte[] json, String where) throws StoreException {
    try {
      JsonNode tree = MAPPER.readTree(json);
      int format = tree.path("format").asInt();
      if (format != Manifest.FORMAT) {
        throw new StoreException(
            "the manifest of %s has format %d, this version reads %d; upgrade Evenkeel"
                .formatted(where, format, Manifest.FORMAT));
      }
      return MAPPER.treeToValue(tree, Manifest.class);
    } catch (StoreException e) {
      throw e;
    } catch (IOException e) {
      throw new StoreException(
          "the manifest of %s cannot be read: %s".formatted(where, e.getMessage()));
    }
  }
}
