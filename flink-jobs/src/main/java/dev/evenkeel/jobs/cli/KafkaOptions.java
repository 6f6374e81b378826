package dev.evenkeel.jobs.cli;

import dev.evenkeel.jobs.config.KafkaPropertyRules;
import dev.evenkeel.jobs.config.Secrets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How a command reaches Kafka. */
final class KafkaOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      required = true,
      converter = BootstrapServers.class,
      description = "Kafka brokers to start from, separated by commas.")
  private String bootstrapServers;

  @Option(
      names = "--property",
      paramLabel = "key=value",
      mapFallbackValue = Option.NULL_VALUE,
      description =
          "A property of the Kafka client, for instance of its security; repeatable. Secrets only as"
              + " $${NAME} or $${file:/path}, in single quotes, for a variable and a file.")
  private Map<String, String> properties = Map.of();

  /**
   * Properties for a client, with {@code defaults} where the user gave none.
   *
   * @throws ParameterException if one that the user gave may not be
   */
  Map<String, Object> client(Map<String, Object> defaults) {
    Map<String, Object> all = new HashMap<>(defaults);
    properties.forEach((key, value) -> all.put(key, resolved(key, value)));
    all.put("bootstrap.servers", bootstrapServers);
    return all;
  }

  private String resolved(String key, String value) {
    if (value == null) {
      // Not repeated: it may be a secret.
      throw usage("--property is given without '=', expected key=value; correct it");
    }
    try {
      return KafkaPropertyRules.resolve(key, value, Secrets.ofThisProcess());
    } catch (IllegalArgumentException e) {
      throw usage("--property " + key + " " + e.getMessage());
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** A consumer of what is committed, in no group, that makes no topics. */
  KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> more) {
    Map<String, Object> all = new HashMap<>(more);
    all.put("isolation.level", "read_committed");
    all.put("allow.auto.create.topics", "false");
    return new KafkaConsumer<>(
        client(all), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * Makes sure that a broker answers.
   *
   * @throws CommandFailure if none does within ten seconds
   */
  void requireBroker() throws InterruptedException {
    new BrokerProbe(client(Map.of())).requireAnswer();
  }
}
