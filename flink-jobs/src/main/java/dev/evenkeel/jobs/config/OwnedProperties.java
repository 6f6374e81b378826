package dev.evenkeel.jobs.config;

import java.util.Map;

/** Properties of Kafka's clients that a job sets itself. */
final class OwnedProperties {
  private static final String OWNED = "the job sets it itself to keep its delivery guarantee";

  private static final Map<String, String> REASONS =
      Map.ofEntries(
          Map.entry("acks", OWNED),
          Map.entry(
              "auto.offset.reset", "offsets come from checkpoints; use run --fresh to reread"),
          Map.entry("bootstrap.servers", "set kafka.bootstrap-servers instead"),
          Map.entry("enable.auto.commit", OWNED),
          Map.entry("enable.idempotence", OWNED),
          Map.entry("group.id", "the group is named after the job; set name instead"),
          Map.entry("group.instance.id", OWNED),
          Map.entry("isolation.level", OWNED),
          Map.entry("key.deserializer", OWNED),
          Map.entry("key.serializer", OWNED),
          Map.entry("transaction.timeout.ms", "set kafka.transaction-timeout instead"),
          Map.entry("transactional.id", OWNED),
          Map.entry("value.deserializer", OWNED),
          Map.entry("value.serializer", OWNED));

  private OwnedProperties() {}

  /**
   * Makes sure that a job file may set a property.
   *
   * @throws IllegalArgumentException if not; the message goes on after the property's name
   */
  static void refuse(String key) {
    if (REASONS.containsKey(key)) {
      throw new IllegalArgumentException("cannot be set: " + REASONS.get(key) + "; remove it");
    }
  }
}
