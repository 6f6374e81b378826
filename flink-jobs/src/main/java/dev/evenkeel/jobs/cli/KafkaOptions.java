package dev.evenkeel.jobs.cli;

import dev.evenkeel.jobs.config.Secrets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import picocli.CommandLine.Option;

/** How a command reaches Kafka. */
final class KafkaOptions {
  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      required = true,
      description = "Kafka brokers to start from, separated by commas.")
  private String bootstrapServers;

  @Option(
      names = "--property",
      paramLabel = "key=value",
      description =
          "A property of the Kafka client, for instance of its security; repeatable. $${NAME} and"
              + " $${file:/path} in its value, in single quotes, stand for a variable and a file.")
  private Map<String, String> properties = Map.of();

  /** Properties for a client, with {@code defaults} where the user gave none. */
  Map<String, Object> client(Map<String, Object> defaults) {
    Map<String, Object> all = new HashMap<>(defaults);
    properties.forEach((key, value) -> all.put(key, resolved(key, value)));
    all.put("bootstrap.servers", bootstrapServers);
    return all;
  }

  private static String resolved(String key, String value) {
    try {
      return Secrets.ofThisProcess().resolve(value);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure("--property " + key + " " + e.getMessage(), e);
    }
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
