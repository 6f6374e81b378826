package dev.evenkeel.jobs.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.evenkeel.jobs.testing.ListeningSockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
  private static final String TOPIC = "words";

  @Test
  void keepsTopicsInItsDirectoryAndHidesAbortedTransactions(@TempDir Path data) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, Optional.of(data))) {
      produce(broker, "aborted", false);
      produce(broker, "kept", true);
      assertThat(consume(broker, 1)).containsExactly("kept");
    }
    try (EmbeddedBroker again = EmbeddedBroker.start(0, Optional.of(data))) {
      produce(again, "later", true);
      assertThat(consume(again, 2)).containsExactly("kept", "later");
    }
  }

  @Test
  void deletesTemporaryDataAndFreesThePortOnClose() throws Exception {
    EmbeddedBroker broker = EmbeddedBroker.start();
    int port = Integer.parseInt(broker.bootstrapServers().split(":", -1)[1]);
    assertThatThrownBy(() -> EmbeddedBroker.start(port, Optional.empty()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Port " + port)
        .hasMessageContaining("in use");
    broker.close();
    broker.close();
    assertThat(Files.exists(broker.data())).isFalse();
    EmbeddedBroker.start(port, Optional.empty()).close();
  }

  @Test
  void listensOnLoopbackOnly() throws Exception {
    assumeThat(ListeningSockets.areKnown()).as("the system is Linux").isTrue();
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      List<InetSocketAddress> listening = ListeningSockets.ofThisProcess();
      assertThat(listening)
          .anyMatch(socket -> broker.bootstrapServers().endsWith(":" + socket.getPort()))
          .allMatch(socket -> socket.getAddress().isLoopbackAddress(), "is on loopback");
    }
  }

  private static void produce(EmbeddedBroker broker, String word, boolean commit) throws Exception {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "test");
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(TOPIC, word)).get();
      producer.flush();
      if (commit) {
        producer.commitTransaction();
      } else {
        producer.abortTransaction();
      }
    }
  }

  private static List<String> consume(EmbeddedBroker broker, int expected) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "isolation.level",
            "read_committed",
            "auto.offset.reset",
            "earliest");
    List<String> words = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(new TopicPartition(TOPIC, 0)));
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (words.size() < expected && System.nanoTime() < deadline) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> words.add(record.value()));
      }
    }
    return words;
  }
}
