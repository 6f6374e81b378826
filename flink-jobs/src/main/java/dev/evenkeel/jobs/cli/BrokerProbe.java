package dev.evenkeel.jobs.cli;

import dev.evenkeel.jobs.config.KafkaConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
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
      String millis = setting(admin, LONGEST_TRANSACTION);
      return millis == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(millis));
    } catch (ExecutionException e) {
      throw unreachable(e.getCause());
    }
  }

  /**
   * Creates those topics that do not exist, with the broker's defaults, if the broker does so at
   * first use anyway; a job that only reads a topic would wait for it in vain.
   *
   * @return the topics created
   * @throws CommandFailure if topics are missing on a broker that creates none, or none answers
   */
  Set<String> createMissing(List<String> wanted) throws InterruptedException {
    Set<String> missing = new TreeSet<>(wanted);
    missing.removeAll(topics());
    if (missing.isEmpty()) {
      return missing;
    }
    try (Admin admin = Admin.create(properties)) {
      if ("false".equals(setting(admin, "auto.create.topics.enable"))) {
        throw new CommandFailure(
            "The topics "
                + missing
                + " do not exist at "
                + properties.get("bootstrap.servers")
                + ", whose broker creates none by itself; create them");
      }
      admin
          .createTopics(
              missing.stream()
                  .map(topic -> new NewTopic(topic, Optional.empty(), Optional.empty()))
                  .toList())
          .all()
          .get();
      return missing;
    } catch (ExecutionException e) {
      throw new CommandFailure(
          "The topics "
              + missing
              + " do not exist and cannot be created ("
              + e.getCause().getMessage()
              + "); create them",
          e);
    }
  }

  /** A setting of one of the brokers, null if it does not tell. */
  private static String setting(Admin admin, String name)
      throws ExecutionException, InterruptedException {
    String node = admin.describeCluster().nodes().get().iterator().next().idString();
    ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, node);
    try {
      ConfigEntry entry = admin.describeConfigs(List.of(broker)).all().get().get(broker).get(name);
      return entry == null ? null : entry.value();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return null;
      }
      throw e;
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
