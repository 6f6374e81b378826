package dev.evenkeel.adapters.profile;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Source profiles as JSON files. */
public final class SourceProfileJson {
  private static final String FEATURES = "features";
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .build();

  private SourceProfileJson() {}

  /**
   * Reads a profile.
   *
   * @throws IllegalArgumentException if the file is no profile, naming the field
   * @throws IOException if it cannot be read
   */
  public static SourceProfile read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    try {
      return MAPPER.treeToValue(withAbsentFeatures(MAPPER.readTree(bytes)), SourceProfile.class);
    } catch (JacksonException e) {
      Throwable cause = e.getCause() instanceof IllegalArgumentException ? e.getCause() : e;
      String why = cause == e ? e.getOriginalMessage() : cause.getMessage();
      throw new IllegalArgumentException("it is no source profile: " + why, e);
    }
  }

  /**
   * Profiles written before features were sampled lack that field; every other absence is an error,
   * so it is filled in by name instead of letting fields be missing.
   */
  private static JsonNode withAbsentFeatures(JsonNode profile) {
    if (profile instanceof ObjectNode fields && !fields.has(FEATURES)) {
      fields.putNull(FEATURES);
    }
    return profile;
  }

  /** Writes a profile, over a file that is there. */
  public static void write(Path file, SourceProfile profile) throws IOException {
    Files.write(file, MAPPER.writeValueAsBytes(profile));
  }

  /**
   * SHA-256 of a profile's file in hexadecimal; binds what was kept beside it to it.
   *
   * @throws IOException if it cannot be read
   */
  public static String digest(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
