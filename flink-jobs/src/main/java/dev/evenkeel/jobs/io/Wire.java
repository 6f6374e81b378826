package dev.evenkeel.jobs.io;

import dev.evenkeel.jobs.registry.HttpSchemaRegistry;
import dev.evenkeel.jobs.registry.RegistryOptions;
import dev.evenkeel.schemas.MessageDecoder;
import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.schemas.WireFormat;
import java.io.Serializable;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;

/**
 * How the values of a topic are read and written.
 *
 * @param registry of schemas; null unless the format is {@link WireFormat#CONFLUENT}
 */
public record Wire(WireFormat format, RegistryOptions registry) implements Serializable {
  public static final Wire AVRO = new Wire(WireFormat.AVRO, null);

  public Wire {
    Objects.requireNonNull(format, "format");
    if (format == WireFormat.CONFLUENT) {
      Objects.requireNonNull(registry, "registry");
    }
  }

  /** A new decoder, for one thread. */
  public <T extends SpecificRecord> MessageDecoder<T> decoder(Class<T> type) {
    return format == WireFormat.CONFLUENT
        ? MessageDecoder.confluent(type, HttpSchemaRegistry.of(registry))
        : MessageDecoder.of(format, type);
  }

  /**
   * A new encoder, for one thread.
   *
   * @param topic whose subject {@code TOPIC-value} has the schema
   * @throws dev.evenkeel.schemas.SchemaRegistryException if the registry does not answer, or
   *     refuses the schema
   */
  public <T extends SpecificRecord> MessageEncoder<T> encoder(Class<T> type, String topic) {
    return format == WireFormat.CONFLUENT
        ? MessageEncoder.confluent(type, topic + "-value", HttpSchemaRegistry.of(registry))
        : MessageEncoder.of(format, type);
  }
}
