package dev.evenkeel.schemas;

import dev.evenkeel.v1.Sample;
import org.apache.avro.specific.SpecificRecord;

/**
 * Reads messages from the values of Kafka records. A decoder keeps buffers between calls, so each
 * thread needs its own.
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

  /**
   * A decoder of messages as they are, without a look at what they say.
   *
   * @param format one that needs no registry
   */
  static <T extends SpecificRecord> MessageDecoder<T> of(WireFormat format, Class<T> type) {
    return switch (format) {
      case AVRO -> new PresentValues<>(type, new AvroDecoder<>(type));
      case CONFLUENT ->
          throw new IllegalArgumentException(
              "the format confluent needs a schema registry; give the decoder one");
      case JSON -> new PresentValues<>(type, new JsonDecoder<>(type));
    };
  }

  /**
   * A decoder of {@link WireFormat#CONFLUENT}, which asks the registry for each writer's schema
   * once and lets its {@link SchemaRegistryException} through.
   */
  static <T extends SpecificRecord> MessageDecoder<T> confluent(
      Class<T> type, SchemaRegistry registry) {
    return new PresentValues<>(type, new ConfluentDecoder<>(type, registry));
  }

  /** A decoder of samples that also refuses those that contradict themselves. */
  static MessageDecoder<Sample> ofSamples(WireFormat format) {
    return checked(of(format, Sample.class));
  }

  /** The same decoder, but it also refuses samples that contradict themselves. */
  static MessageDecoder<Sample> checked(MessageDecoder<Sample> decoder) {
    return value -> {
      Sample sample = decoder.decode(value);
      Samples.check(sample);
      return sample;
    };
  }
}
