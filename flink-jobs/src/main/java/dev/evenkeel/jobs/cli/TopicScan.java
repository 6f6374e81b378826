package dev.evenkeel.jobs.cli;

import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.MessageDecoder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** Reads what is committed in topics at the moment, from beginning to end. */
final class TopicScan implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConsumer<byte[], byte[]> consumer;

  TopicScan(KafkaOptions kafka) {
    consumer = kafka.consumer(Map.of());
  }

  /**
   * Hands on every message of a topic; what is none is passed over.
   *
   * @return records passed over; 0 also where the topic does not exist
   */
  <T> long read(String topic, MessageDecoder<T> decoder, Consumer<T> action) {
    List<PartitionInfo> found = consumer.listTopics().getOrDefault(topic, List.of());
    List<TopicPartition> partitions =
        found.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    long passedOver = 0;
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        try {
          action.accept(decoder.decode(record.value()));
        } catch (DecodeException e) {
          passedOver++;
        }
      }
    }
    return passedOver;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
