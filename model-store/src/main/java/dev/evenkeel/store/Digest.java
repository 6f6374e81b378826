package dev.evenkeel.store;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * SHA-256 of some bytes, written {@code sha256:} and 64 lower-case hexadecimal digits.
 *
 * @param hex the 64 digits
 */
public record Digest(String hex) {
  private static final String PREFIX = "sha256:";
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  public Digest {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no SHA-256: expected 64 hexadecimal digits, lower case".formatted(hex));
    }
  }

  /** The digest of {@code content}. */
  public static Digest of(byte[] content) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return new Digest(HexFormat.of().formatHex(sha256.digest(content)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Whether {@code text} is meant as a digest, well-formed or not. */
  static boolean looksLike(String text) {
    return text.startsWith(PREFIX);
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException if {@code text} is not a digest
   */
  @JsonCreator
  public static Digest parse(String text) {
    if (!looksLike(text)) {
      throw new IllegalArgumentException("'%s' is no digest: expected sha256:...".formatted(text));
    }
    return new Digest(text.substring(PREFIX.length()));
  }

  /**
   * Returns {@code content} if this is its digest.
   *
   * @param where where the content was found, for the message
   * @throws CorruptBlobException if it is not
   */
  public byte[] verify(byte[] content, String where) throws CorruptBlobException {
    Digest found = of(content);
    if (!equals(found)) {
      throw new CorruptBlobException(
          "%s is damaged: expected %s, found %s (%d bytes); import the original again"
              .formatted(where, this, found, content.length));
    }
    return content;
  }

  @JsonValue
  @Override
  public String toString() {
    return PREFIX + hex;
  }
}
