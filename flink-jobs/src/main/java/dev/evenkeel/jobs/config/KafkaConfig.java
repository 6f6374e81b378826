package dev.evenkeel.jobs.config;

import dev.evenkeel.jobs.registry.RegistryOptions;
import dev.evenkeel.schemas.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The broker and what the job reads from and writes to it.
 *
 * @param bootstrapServers comma-separated {@code host:port} pairs
 * @param topics names of the topics
 * @param samples wire format of the samples topic
 * @param predictions wire format of the predictions topic
 * @param labels wire format of the labels topic
 * @param registry of schemas, for topics in Confluent's format
 * @param transactionTimeout after which the broker aborts an open transaction of the job
 * @param properties further client properties
 */
public record KafkaConfig(
    String bootstrapServers,
    Topics topics,
    WireFormat samples,
    WireFormat predictions,
    WireFormat labels,
    Optional<RegistryOptions> registry,
    Duration transactionTimeout,
    KafkaProperties properties) {

  /** Whether some topic is in Confluent's format. */
  public boolean usesRegistry() {
    return List.of(samples, predictions, labels).contains(WireFormat.CONFLUENT);
  }

  /** Names of the topics. */
  public record Topics(
      String samples,
      String predictions,
      String drift,
      String labels,
      String control,
      String audit,
      String snapshots,
      String deadLetters) {
    /**
     * Those that a job reads or writes.
     *
     * @param withSnapshots whether it publishes snapshots
     */
    public List<String> used(boolean withSnapshots) {
      List<String> used = new ArrayList<>(List.of(samples, predictions, deadLetters, drift, audit));
      if (withSnapshots) {
        used.add(snapshots);
      }
      return used;
    }
  }
}
