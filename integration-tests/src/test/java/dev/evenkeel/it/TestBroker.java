package dev.evenkeel.it;

import dev.evenkeel.jobs.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.testcontainers.kafka.KafkaContainer;

/**
 * The one real broker of a test run: a container where an engine is there, else in this process.
 * Started by the first test that asks, gone with the JVM.
 */
final class TestBroker {
  private static final String IMAGE = "apache/kafka:4.2.0";

  private static String bootstrapServers;

  private TestBroker() {}

  static synchronized String bootstrapServers() {
    if (bootstrapServers == null) {
      bootstrapServers =
          ContainerEngine.answersFor("Kafka", IMAGE, "embedded")
              ? startContainer()
              : startEmbedded();
    }
    return bootstrapServers;
  }

  /** Makes fresh topics of the given number of partitions. */
  static Topics newTopics(int partitions) {
    return Topics.create(bootstrapServers(), partitions);
  }

  // The reaper of Testcontainers removes the container after the JVM has gone.
  @SuppressWarnings("resource")
  private static String startContainer() {
    KafkaContainer container = new KafkaContainer(IMAGE);
    container.start();
    return container.getBootstrapServers();
  }

  private static String startEmbedded() {
    try {
      EmbeddedBroker broker = EmbeddedBroker.start();
      Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "close-broker"));
      return broker.bootstrapServers();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
