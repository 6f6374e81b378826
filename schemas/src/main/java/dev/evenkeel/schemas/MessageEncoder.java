package dev.evenkeel.schemas;

import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Writes messages as values of Kafka records. An encoder keeps buffers between calls, so each
 * thread needs its own.
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

  /**
   * An encoder of messages of one type.
   *
   * @param format one that needs no registry
   */
  static <T extends SpecificRecord> MessageEncoder<T> of(WireFormat format, Class<T> type) {
    return switch (format) {
      case AVRO -> new AvroEncoder<>(type);
      case CONFLUENT ->
          throw new IllegalArgumentException(
              "the format confluent needs a schema registry; give the encoder one");
      case JSON -> new JsonEncoder<>();
    };
  }

  /**
   * An encoder of {@link WireFormat#CONFLUENT}. Asks the registry at once for the number of the
   * schema, and never again.
   *
   * @param subject for instance {@code evenkeel.predictions-value}
   * @throws SchemaRegistryException if the registry does not answer, or refuses the schema
   */
  static <T extends SpecificRecord> MessageEncoder<T> confluent(
      Class<T> type, String subject, SchemaRegistry registry) {
    int id = registry.id(subject, WriterSchemas.portable(SpecificData.get().getSchema(type)));
    return new AvroEncoder<>(type, ConfluentFrame.of(id));
  }
}
