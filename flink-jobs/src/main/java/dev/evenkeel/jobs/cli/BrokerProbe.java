package dev.evenkeel.jobs.cli;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/**
 * Asks a broker something, with little patience: clients themselves wait a minute before they
 * complain.
 */
final class BrokerProbe {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

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
