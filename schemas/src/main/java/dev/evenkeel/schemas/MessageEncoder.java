package dev.evenkeel.schemas;

import org.apache.avro.specific.SpecificRecord;

/**
 * Writes messages as values of Kafka records. An encoder keeps buffers between calls, so each
 * thread needs its own. Framings with a schema registry are further implementations.
 *
 * @param <T> the message
 */
@FunctionalInterface
public interface MessageEncoder<T> {
  /**
   * A new array with exactly the encoded message. Binary fields are copied once.
   *
   * @throws IllegalArgumentException if a field without default is not set
   */
  byte[] encode(T message);

  /** An encoder of messages of one type. */
  static <T extends SpecificRecord> MessageEncoder<T> of(WireFormat format, Class<T> type) {
    return switch (format) {
      case AVRO -> new AvroEncoder<>(type);
      case JSON -> new JsonEncoder<>();
    };
  }
}
