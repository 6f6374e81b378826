package dev.evenkeel.jobs.cli;

import dev.evenkeel.jobs.config.KafkaConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Asks a broker something, with little patience: clients themselves wait a minute before they
 * complain.
 */
final class BrokerProbe {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final String LONGEST_TRANSACTION = "transaction.max.timeout.ms";

  private final Map<String, Object> properties;

  /**
   * A probe.
   *
   * @param properties of a Kafka client, {@code bootstrap.servers} among them
   */
  BrokerProbe(Map<String, Object> properties) {
    this.properties = new HashMap<>(properties);
    int patience = Math.toIntExact(PATIENCE.toMillis());
    this.properties.put("request.timeout.ms", patience);
    this.properties.put("default.api.timeout.ms", patience);
  }

  /**
   * Makes sure that a broker answers.
   *
   * @throws CommandFailure if none does in time
   */
  void requireAnswer() throws InterruptedException {
    topics();
  }

  /**
   * The topics that exist.
   *
   * @throws CommandFailure if no broker answers in time
   */
  Set<String> topics() throws InterruptedException {
    try (Admin admin = Admin.create(properties)) {
      return admin.listTopics().names().get();
    } catch (ExecutionException e) {
      throw unreachable(e.getCause());
    } catch (KafkaException e) {
      throw unreachable(e.getCause() == null ? e : e.getCause());
    }
  }

  /**
   * The longest transaction that the broker allows in milliseconds; empty if it does not tell.
   *
   * @throws CommandFailure if no broker answers in time
   */
  OptionalLong longestTransaction() throws InterruptedException {
    try (Admin admin = Admin.create(properties)) {
      String node = admin.describeCluster().nodes().get().iterator().next().idString();
      ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, node);
      ConfigEntry entry =
          admin.describeConfigs(List.of(broker)).all().get().get(broker).get(LONGEST_TRANSACTION);
      return entry == null || entry.value() == null
          ? OptionalLong.empty()
          : OptionalLong.of(Long.parseLong(entry.value()));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return OptionalLong.empty();
      }
      throw unreachable(e.getCause());
    }
  }

  /** Client properties of a job's configuration. */
  static Map<String, Object> properties(KafkaConfig config) {
    Map<String, Object> properties = new HashMap<>(config.properties().values());
    properties.put("bootstrap.servers", config.bootstrapServers());
    return properties;
  }

  private CommandFailure unreachable(Throwable cause) {
    return new CommandFailure(
        "No Kafka broker answers at "
            + properties.get("bootstrap.servers")
            + " within "
            + PATIENCE.toSeconds()
            + " s ("
            + cause.getMessage()
            + "); start one ('./evenkeel broker' for development) or correct the address",
        cause);
  }
}
