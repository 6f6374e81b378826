package dev.evenkeel.jobs.bench;

import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.jobs.AdaptationJob;
import dev.evenkeel.jobs.broker.EmbeddedBroker;
import dev.evenkeel.jobs.cluster.LocalRunner;
import dev.evenkeel.jobs.config.JobConfig;
import dev.evenkeel.jobs.config.Secrets;
import dev.evenkeel.jobs.demo.data.FashionData;
import dev.evenkeel.jobs.step.ModelFile;
import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.MessageDecoder;
import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.Prediction;
import dev.evenkeel.v1.Sample;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The whole job through Kafka against the bare adaptation loop on the same samples: one stream,
 * keyed, parallelism 1, samples waiting in their topic. Broker, Flink and loop share one process
 * and its processors. The first quarter of each run is not counted.
 */
final class JobBenchmark implements Benchmark {
  private static final String RECIPE = "unmix-tns";
  private static final int BATCH = 16;
  private static final int SAMPLES = 750 * BATCH;
  private static final int COUNTED_FROM = SAMPLES / 4;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Override
  public String name() {
    return "job";
  }

  @Override
  public List<BenchRow> run(BenchOptions options, FashionData data) throws Exception {
    Path directory = Files.createTempDirectory("evenkeel-bench-job-");
    Map<String, double[]> nanos = new LinkedHashMap<>();
    List<String> works = List.of("bare loop", "job, at-least-once", "job, exactly-once");
    works.forEach(work -> nanos.put(work, new double[options.rounds()]));
    try (EmbeddedBroker broker = EmbeddedBroker.start();
        OrtRuntime runtime = open(options, data)) {
      fill(broker, data);
      for (int round = -1; round < options.rounds(); round++) {
        for (String work : works) {
          double perBatch =
              work.equals("bare loop")
                  ? loop(runtime, data)
                  : job(broker, options, data, directory, work.substring("job, ".length()), round);
          if (round >= 0) {
            nanos.get(work)[round] = perBatch;
          }
        }
      }
    }
    double[] bare = nanos.get("bare loop");
    List<BenchRow> rows = new ArrayList<>();
    nanos.forEach(
        (work, times) -> {
          double[] ratios = new double[times.length];
          for (int i = 0; i < times.length; i++) {
            ratios[i] = times[i] / bare[i];
          }
          rows.add(
              BenchRow.of(
                  name(),
                  BATCH,
                  "bare loop",
                  new InterleavedTiming.Timing(
                      work, InterleavedTiming.median(times), InterleavedTiming.median(ratios))));
        });
    return rows;
  }

  private static OrtRuntime open(BenchOptions options, FashionData data) {
    SourceModel source = SourceModel.of(OnnxReader.read(data.model()), Map.of());
    return OrtRuntime.open(
        AdaptationProgram.compile(source, Recipe.parse(RECIPE, Map.of()), 0), options.runtime());
  }

  private static void fill(EmbeddedBroker broker, FashionData data) {
    MessageEncoder<Sample> encoder = MessageEncoder.of(WireFormat.AVRO, Sample.class);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", "20"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < SAMPLES; i++) {
        byte[] value = encoder.encode(WireBenchmark.sample(data, i));
        var unused = producer.send(new ProducerRecord<>("evenkeel.samples", value));
      }
    }
  }

  /** Time of one batch in nanoseconds. */
  private static double loop(OrtRuntime runtime, FashionData data) {
    try (AdaptationSession session = runtime.newSession();
        AdaptationState state = session.initialState()) {
      SampleBatch batch = session.newBatch();
      long start = 0;
      for (int position = 0; position < SAMPLES; position++) {
        if (position == COUNTED_FROM) {
          start = System.nanoTime();
        }
        batch.addUint8(ByteBuffer.wrap(data.pixels(position % data.size())));
        if (batch.size() == BATCH) {
          session.step(state, batch, false);
          batch.clear();
        }
      }
      return (System.nanoTime() - start) * (double) BATCH / (SAMPLES - COUNTED_FROM);
    }
  }

  /** Time of one batch in nanoseconds, by the times at which the predictions left the job. */
  private static double job(
      EmbeddedBroker broker,
      BenchOptions options,
      FashionData data,
      Path directory,
      String delivery,
      int round)
      throws Exception {
    String name = "bench-" + delivery + "-" + (round + 1);
    JobConfig config =
        JobConfig.parse(
            """
            name: %s
            model: %s
            recipe: %s
            delivery: %s
            shadow: 0
            kafka: {bootstrap-servers: "%s", topics: {predictions: %s}}
            batch: {max-size: %d, max-delay: 0s}
            checkpoints: {directory: %s, interval: 1s}
            runtime: {provider: %s, threads: %d}
            metrics: {port: 0}
            """
                .formatted(
                    name,
                    data.model(),
                    RECIPE,
                    delivery,
                    broker.bootstrapServers(),
                    name,
                    BATCH,
                    directory.resolve(name),
                    options.runtime().provider().name().toLowerCase(java.util.Locale.ROOT),
                    options.runtime().threads()),
            directory,
            Secrets.ofThisProcess());
    AdaptationJob job = AdaptationJob.onKafka(config, ModelFile.read(data.model()));
    try (LocalRunner runner = LocalRunner.start(job, true)) {
      List<Long> times = answerTimes(broker, name);
      runner.cancel();
      long millis = times.get(SAMPLES - 1) - times.get(COUNTED_FROM - 1);
      return millis * 1e6 * BATCH / (SAMPLES - COUNTED_FROM);
    }
  }

  private static List<Long> answerTimes(EmbeddedBroker broker, String topic)
      throws DecodeException {
    MessageDecoder<Prediction> decoder = MessageDecoder.of(WireFormat.AVRO, Prediction.class);
    List<Long> times = new ArrayList<>(SAMPLES);
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
      while (times.size() < SAMPLES) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "Only " + times.size() + " of " + SAMPLES + " predictions came in " + PATIENCE);
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          times.add(decoder.decode(record.value()).getProducedAt().toEpochMilli());
        }
      }
    }
    return times;
  }
}
