package dev.evenkeel.schemas;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * Raw Avro binary. Writes twice, first only to learn the length: the second time the payload goes
 * straight into an array of the right size instead of through a growing one.
 */
final class AvroEncoder<T extends SpecificRecord> implements MessageEncoder<T> {
  private static final byte[] NOTHING = {};

  private final byte[] frame;
  private final SpecificDatumWriter<T> writer;
  private final CountingOutput output = new CountingOutput();
  private BinaryEncoder encoder;

  AvroEncoder(Class<T> type) {
    this(type, NOTHING);
  }

  /**
   * @param frame stands before every message
   */
  AvroEncoder(Class<T> type, byte[] frame) {
    this.frame = frame.clone();
    this.writer = new SpecificDatumWriter<>(type);
  }

  @Override
  public byte[] encode(T message) {
    write(message, null);
    byte[] encoded = new byte[output.length];
    write(message, encoded);
    return encoded;
  }

  private void write(T message, byte[] target) {
    output.target = target;
    output.length = 0;
    output.write(frame, 0, frame.length);
    encoder = EncoderFactory.get().directBinaryEncoder(output, encoder);
    try {
      writer.write(message, encoder);
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          "cannot encode %s: %s".formatted(message.getSchema().getName(), e.getMessage()), e);
    }
  }

  /** Counts what is written and keeps it if there is a target. */
  private static final class CountingOutput extends OutputStream {
    private byte[] target;
    private int length;

    @Override
    public void write(int value) {
      if (target != null) {
        target[length] = (byte) value;
      }
      length++;
    }

    @Override
    public void write(byte[] source, int offset, int count) {
      if (target != null) {
        System.arraycopy(source, offset, target, length, count);
      }
      length = Math.addExact(length, count);
    }
  }
}
