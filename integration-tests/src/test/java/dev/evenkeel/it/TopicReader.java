package dev.evenkeel.it;

import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.MessageDecoder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;

/** Reads a topic from its beginning with a real consumer and keeps what it has read. */
final class TopicReader<T> implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final MessageDecoder<T> decoder;
  private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
  private final List<T> messages = new ArrayList<>();

  private TopicReader(
      String bootstrapServers, String topic, MessageDecoder<T> decoder, String isolation) {
    this.decoder = decoder;
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                isolation,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    this.partitions =
        // A topic that has just been made is not known at once.
        Awaitility.await()
            .pollInSameThread()
            .atMost(Waiting.LIMIT)
            .until(() -> consumer.partitionsFor(topic), known -> !known.isEmpty())
            .stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** What a careful consumer sees: nothing of open or aborted transactions. */
  static <T> TopicReader<T> committed(String topic, MessageDecoder<T> decoder) {
    return committed(TestBroker.bootstrapServers(), topic, decoder);
  }

  static <T> TopicReader<T> committed(
      String bootstrapServers, String topic, MessageDecoder<T> decoder) {
    return new TopicReader<>(bootstrapServers, topic, decoder, "read_committed");
  }

  /** Everything that was ever written, also what will be aborted. */
  static <T> TopicReader<T> uncommitted(String topic, MessageDecoder<T> decoder) {
    return uncommitted(TestBroker.bootstrapServers(), topic, decoder);
  }

  static <T> TopicReader<T> uncommitted(
      String bootstrapServers, String topic, MessageDecoder<T> decoder) {
    return new TopicReader<>(bootstrapServers, topic, decoder, "read_uncommitted");
  }

  /** Reads until there are {@code count} messages, as long as the job lives and writes. */
  List<T> await(int count, JobProcess job) throws DecodeException {
    Instant limit = Instant.now().plus(Waiting.LIMIT);
    while (messages.size() < count) {
      int before = messages.size();
      poll();
      if (messages.size() > before) {
        limit = Instant.now().plus(Waiting.LIMIT);
      }
      if (messages.size() < count) {
        job.requireAlive();
        if (Instant.now().isAfter(limit)) {
          throw new AssertionError(
              "%s: %d of %d messages, no more for %s. %s"
                  .formatted(
                      partitions.get(0).topic(),
                      messages.size(),
                      count,
                      Waiting.LIMIT,
                      job.logTail()));
        }
      }
    }
    return messages();
  }

  /** Reads up to the present end of the topic, for this reader's isolation. */
  List<T> readToEnd() throws DecodeException {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      poll();
    }
    return messages();
  }

  /** Sum of the ends of all partitions, for this reader's isolation. */
  long end() {
    return consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
  }

  /** Messages read so far, in order within each partition. */
  List<T> messages() {
    return Collections.unmodifiableList(messages);
  }

  /** The records of {@link #messages()}. */
  List<ConsumerRecord<byte[], byte[]>> records() {
    return Collections.unmodifiableList(records);
  }

  private void poll() throws DecodeException {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      records.add(record);
      messages.add(decoder.decode(record.value()));
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
