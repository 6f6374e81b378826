package dev.evenkeel.jobs.bench;

import dev.evenkeel.jobs.AdaptationJob;
import dev.evenkeel.jobs.broker.EmbeddedBroker;
import dev.evenkeel.jobs.cluster.LocalRunner;
import dev.evenkeel.jobs.config.JobConfig;
import dev.evenkeel.jobs.config.Secrets;
import dev.evenkeel.jobs.step.ModelFile;
import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.MessageDecoder;
import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.Prediction;
import dev.evenkeel.v1.Sample;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;

/** Runs the whole job on samples that wait in topics of a broker inside this process. */
final class TopicRun implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(8);

  private final BenchOptions options;
  private final Path model;
  private final Path directory;
  private final EmbeddedBroker broker;

  /**
   * What a run left behind.
   *
   * @param answers in the order in which they became visible
   * @param savepointBytes size of the savepoint that the job ended with
   */
  record Finished(List<Prediction> answers, long savepointBytes) {

    /** From one answer to another, by the times at which they were made. */
    long millis(int from, int to) {
      return answers.get(to).getProducedAt().toEpochMilli()
          - answers.get(from).getProducedAt().toEpochMilli();
    }
  }

  TopicRun(BenchOptions options, Path model) throws Exception {
    this.options = options;
    this.model = model;
    this.directory = Files.createTempDirectory("evenkeel-bench-job-");
    this.broker = EmbeddedBroker.start();
  }

  /** Puts samples into a topic of one partition. */
  void fill(String topic, int count, IntFunction<Sample> samples) {
    MessageEncoder<Sample> encoder = MessageEncoder.of(WireFormat.AVRO, Sample.class);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "max.in.flight.requests.per.connection", "1",
                "linger.ms", "20"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < count; i++) {
        byte[] value = encoder.encode(samples.apply(i));
        var unused = producer.send(new ProducerRecord<>(topic, value));
      }
    }
  }

  /**
   * Runs the job until every sample is answered.
   *
   * @param name of the job, unique
   * @param settings further lines of the job file
   */
  Finished run(String name, String topic, int count, String settings) throws Exception {
    Path checkpoints = directory.resolve(name);
    JobConfig config =
        JobConfig.parse(
            """
            name: %s
            model: %s
            kafka: {bootstrap-servers: "%s", topics: {samples: %s, predictions: %s}}
            checkpoints: {directory: %s, interval: 1s}
            runtime: {provider: %s, threads: %d}
            metrics: {port: 0}
            web: {port: 0}
            shadow: 0
            set.guards.enabled: false
            %s
            """
                .formatted(
                    name,
                    model,
                    broker.bootstrapServers(),
                    topic,
                    name,
                    checkpoints,
                    options.runtime().provider().name().toLowerCase(Locale.ROOT),
                    options.runtime().threads(),
                    settings),
            directory,
            Secrets.ofThisProcess());
    AdaptationJob job = AdaptationJob.onKafka(config, ModelFile.read(model));
    try (LocalRunner runner = LocalRunner.start(job, true)) {
      List<Prediction> answers = answers(name, count);
      return new Finished(answers, bytes(Path.of(URI.create(runner.stopWithSavepoint()))));
    } finally {
      Utils.delete(checkpoints.toFile());
    }
  }

  private static long bytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      long bytes = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
      return bytes;
    }
  }

  private List<Prediction> answers(String topic, int count) throws DecodeException {
    MessageDecoder<Prediction> decoder = MessageDecoder.of(WireFormat.AVRO, Prediction.class);
    List<Prediction> answers = new ArrayList<>(count);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (answers.size() < count) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "Only " + answers.size() + " of " + count + " predictions came in " + PATIENCE);
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          answers.add(decoder.decode(record.value()));
        }
      }
    }
    return answers;
  }

  @Override
  public void close() throws IOException {
    broker.close();
    Utils.delete(directory.toFile());
  }
}
