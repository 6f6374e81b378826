package dev.evenkeel.jobs.cli;

import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.MessageDecoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.AuditEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Follows an audit topic from its present end, also where the topic is made only later. Records
 * that are none are passed over.
 */
final class AuditReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final String topic;
  private final MessageDecoder<AuditEvent> decoder =
      MessageDecoder.of(WireFormat.AVRO, AuditEvent.class);
  private final Set<TopicPartition> known = new HashSet<>();

  AuditReader(KafkaOptions kafka, String topic) {
    this.topic = topic;
    consumer = kafka.consumer(Map.of());
    look();
    consumer.seekToEnd(known);
    // The end is that of now, not that of the first poll.
    known.forEach(consumer::position);
  }

  /** Takes partitions that were not there before, from their beginning. */
  private void look() {
    List<PartitionInfo> found = consumer.listTopics().getOrDefault(topic, List.of());
    List<TopicPartition> fresh = new ArrayList<>();
    for (PartitionInfo partition : found) {
      TopicPartition place = new TopicPartition(topic, partition.partition());
      if (known.add(place)) {
        fresh.add(place);
      }
    }
    if (!fresh.isEmpty()) {
      consumer.assign(known);
      consumer.seekToBeginning(fresh);
    }
  }

  /** What has come since the last call, after a short wait. */
  List<AuditEvent> poll() {
    if (known.isEmpty()) {
      look();
    }
    if (known.isEmpty()) {
      LockSupport.parkNanos(POLL.toNanos());
      return List.of();
    }
    List<AuditEvent> events = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      read(record).ifPresent(events::add);
    }
    return events;
  }

  private Optional<AuditEvent> read(ConsumerRecord<byte[], byte[]> record) {
    try {
      return Optional.of(decoder.decode(record.value()));
    } catch (DecodeException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
