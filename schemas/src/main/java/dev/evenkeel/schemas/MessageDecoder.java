package dev.evenkeel.schemas;

import dev.evenkeel.v1.Sample;
import org.apache.avro.specific.SpecificRecord;

/**
 * Reads messages from the values of Kafka records. A decoder keeps buffers between calls, so each
 * thread needs its own. Framings with a schema registry are further implementations.
 *
 * @param <T> the message
 */
@FunctionalInterface
public interface MessageDecoder<T> {
  /**
   * Reads the one message in {@code value}. Binary fields of the message may be views of {@code
   * value}, which must then stay unchanged as long as the message lives. No length found in {@code
   * value} is believed beyond the bytes that are there.
   *
   * @param value value of the record; null for a tombstone, which is refused
   * @throws DecodeException if value is not exactly one message
   */
  T decode(byte[] value) throws DecodeException;

  /** A decoder of messages as they are, without a look at what they say. */
  static <T extends SpecificRecord> MessageDecoder<T> of(WireFormat format, Class<T> type) {
    MessageDecoder<T> decoder =
        switch (format) {
          case AVRO -> new AvroDecoder<>(type);
          case JSON -> new JsonDecoder<>(type);
        };
    return value -> {
      if (value == null || value.length == 0) {
        throw new DecodeException(
            RejectionReason.EMPTY_VALUE,
            "the value is %s; a %s was expected"
                .formatted(value == null ? "null (a tombstone)" : "empty", type.getSimpleName()));
      }
      return decoder.decode(value);
    };
  }

  /** A decoder of samples that also refuses those that contradict themselves. */
  static MessageDecoder<Sample> ofSamples(WireFormat format) {
    MessageDecoder<Sample> decoder = of(format, Sample.class);
    return value -> {
      Sample sample = decoder.decode(value);
      Samples.check(sample);
      return sample;
    };
  }
}
