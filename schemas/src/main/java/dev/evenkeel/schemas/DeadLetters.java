package dev.evenkeel.schemas;

import dev.evenkeel.v1.DeadLetter;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;

/** Makes dead letters of records that cannot be answered. */
public final class DeadLetters {
  /** Most bytes kept of the original value. */
  public static final int MAX_ORIGINAL_BYTES = 256 * 1024;

  /** Most bytes kept of the original key. */
  public static final int MAX_KEY_BYTES = 1024;

  /** Most characters kept of the detail, which may quote the original. */
  public static final int MAX_DETAIL_CHARACTERS = 2000;

  private static final byte[] NOTHING = {};

  private DeadLetters() {}

  /**
   * The dead letter of one record. Its binary fields are views of {@code key} and {@code value}.
   *
   * @param key original key, null if there was none
   * @param value original value, null for a tombstone (then a value of length 0 is recorded)
   * @param failedAt when the record was refused
   */
  public static DeadLetter of(
      RejectionReason reason,
      String detail,
      RecordOrigin origin,
      byte[] key,
      byte[] value,
      Instant failedAt) {
    byte[] original = value == null ? NOTHING : value;
    return DeadLetter.newBuilder()
        .setReason(reason.label())
        .setDetail(detail.substring(0, Math.min(detail.length(), MAX_DETAIL_CHARACTERS)))
        .setSourceTopic(origin.topic())
        .setSourcePartition(origin.partition())
        .setSourceOffset(origin.offset())
        .setKey(key == null ? null : head(key, MAX_KEY_BYTES))
        .setOriginal(head(original, MAX_ORIGINAL_BYTES))
        .setOriginalLength(original.length)
        .setOriginalSha256(ByteBuffer.wrap(sha256(original)))
        .setFailedAt(failedAt)
        .build();
  }

  private static ByteBuffer head(byte[] bytes, int most) {
    return ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, most));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
