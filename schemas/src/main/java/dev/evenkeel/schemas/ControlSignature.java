package dev.evenkeel.schemas;

import dev.evenkeel.v1.ControlCommand;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs control commands with a secret that sender and job share: HMAC-SHA256 (RFC 2104) over the
 * raw Avro binary of the command without its signature. Not for several threads.
 */
public final class ControlSignature {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int SHORTEST_KEY = 16;

  private final Mac mac;
  private final MessageEncoder<ControlCommand> encoder =
      MessageEncoder.of(WireFormat.AVRO, ControlCommand.class);

  /**
   * @param key the shared secret, at least {@value #SHORTEST_KEY} bytes
   * @throws IllegalArgumentException if it is shorter
   */
  public ControlSignature(byte[] key) {
    if (key.length < SHORTEST_KEY) {
      throw new IllegalArgumentException(
          "the key has %d bytes, expected at least %d; make one with 'openssl rand -hex 32'"
              .formatted(key.length, SHORTEST_KEY));
    }
    try {
      mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
    }
  }

  /** Signs a command, over a signature that it may have. */
  public void sign(ControlCommand command) {
    command.setHmacSha256(ByteBuffer.wrap(signature(command)));
  }

  /** Whether the command carries this key's signature and was not changed since. */
  public boolean verifies(ControlCommand command) {
    ByteBuffer found = command.getHmacSha256();
    if (found == null) {
      return false;
    }
    byte[] bytes = new byte[found.remaining()];
    found.duplicate().get(bytes);
    // In constant time: how much of it is right is told to nobody.
    return MessageDigest.isEqual(bytes, signature(command));
  }

  private byte[] signature(ControlCommand command) {
    ControlCommand bare = ControlCommand.newBuilder(command).setHmacSha256(null).build();
    return mac.doFinal(encoder.encode(bare));
  }
}
