package dev.evenkeel.schemas;

import java.util.Objects;

/**
 * Where a record lay in Kafka.
 *
 * @param topic name of the topic
 * @param partition partition of the topic
 * @param offset offset in the partition
 */
public record RecordOrigin(String topic, int partition, long offset) {
  public RecordOrigin {
    Objects.requireNonNull(topic, "topic");
  }
}
