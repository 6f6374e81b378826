package dev.evenkeel.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.evenkeel.jobs.cluster.LocalRunner;
import dev.evenkeel.jobs.config.JobConfig;
import dev.evenkeel.jobs.config.Secrets;
import dev.evenkeel.jobs.io.RawRecord;
import dev.evenkeel.jobs.io.StreamTypes;
import dev.evenkeel.jobs.io.TracedPrediction;
import dev.evenkeel.jobs.metrics.JobMetrics;
import dev.evenkeel.jobs.step.ModelFile;
import dev.evenkeel.jobs.testing.FashionSamples;
import dev.evenkeel.jobs.testing.ListeningSockets;
import dev.evenkeel.jobs.testing.MemorySink;
import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.DeadLetter;
import dev.evenkeel.v1.DriftReport;
import dev.evenkeel.v1.Prediction;
import dev.evenkeel.v1.Sample;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdaptationJobTest {
  private static final ModelFile MODEL = FashionSamples.model();
  private static final int RECORDS = 300;
  private static final int BAD_EVERY = 50;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  private final MemorySink<TracedPrediction> predictions = new MemorySink<>();
  private final MemorySink<DeadLetter> deadLetters = new MemorySink<>();
  private final MemorySink<DriftReport> driftReports = new MemorySink<>();
  private final MemorySink<AuditEvent> audit = new MemorySink<>();

  @Test
  void answersEveryGoodRecordAndBuriesEveryBadOne() throws Exception {
    try (LocalRunner runner = LocalRunner.start(job(RateLimiterStrategy.noOp()), true)) {
      runner.await();
    }
    assertThat(deadLetters.written())
        .extracting(DeadLetter::getSourceOffset)
        .containsExactly(0L, 50L, 100L, 150L, 200L, 250L);
    // Streams of 150 and 144 good records.
    assertThat(driftReports.written())
        .hasSize(6)
        .allSatisfy(report -> assertThat(report.getEmitted().getSamples()).isEqualTo(48));
    assertThat(predictions.written()).hasSize(RECORDS - 6);
    assertThat(predictions.written())
        .extracting(TracedPrediction::prediction)
        .extracting(prediction -> prediction.getStreamId() + " " + prediction.getSampleId())
        .doesNotHaveDuplicates();
  }

  @Test
  void stoppedAndStartedAgainItGoesOnAsIfUninterrupted() throws Exception {
    try (LocalRunner runner = LocalRunner.start(job(RateLimiterStrategy.noOp()), true)) {
      assertThat(runner.resumedFrom()).isEmpty();
      runner.await();
    }
    List<Prediction> expected = withoutTime(predictions);
    predictions.written().clear();

    try (LocalRunner runner = LocalRunner.start(job(holdingAfter(100)), true)) {
      await().atMost(PATIENCE).until(() -> predictions.written().size() >= 30);
      assertThat(runner.stopWithSavepoint()).contains("savepoint-");
      runner.await();
    }
    assertThat(predictions.written()).hasSizeLessThan(RECORDS - 6);
    try (LocalRunner runner = LocalRunner.start(job(RateLimiterStrategy.noOp()), false)) {
      assertThat(runner.resumedFrom()).get().matches(found -> found.isSavepoint());
      runner.await();
    }
    assertThat(withoutTime(predictions)).containsExactlyElementsOf(expected);
  }

  @Test
  void showsItselfOnTheMetricsPageAndTheWebInterface() throws Exception {
    try (LocalRunner runner = LocalRunner.start(job(holdingAfter(100)), true)) {
      await().atMost(PATIENCE).until(() -> predictions.written().size() >= 8);
      String metrics = get("http://localhost:" + JobMetrics.port().getAsInt() + "/metrics");
      assertThat(metrics)
          .contains(
              "evenkeel_predictions_total{job=\"memory\",recipe=\"unmix-tns\",}",
              "evenkeel_dead_letters_total{job=\"memory\",recipe=\"unmix-tns\",reason=\"truncated\",}",
              "evenkeel_step_duration_seconds_bucket",
              "evenkeel_live_streams{job=\"memory\",recipe=\"unmix-tns\",} 2.0",
              "jvm_memory_bytes_used");
      assertThat(get(runner.webAddress() + "/jobs/overview")).contains("RUNNING", "memory");
      runner.cancel();
    }
    assertThat(JobMetrics.port()).as("closed with the last operator").isEmpty();
  }

  @Test
  void listensOnLoopbackOnlyAndTakesNoJobsFromOthers() throws Exception {
    assumeThat(ListeningSockets.areKnown()).as("the system is Linux").isTrue();
    try (LocalRunner runner = LocalRunner.start(job(holdingAfter(100)), true)) {
      await().atMost(PATIENCE).until(() -> predictions.written().size() >= 8);
      List<InetSocketAddress> listening = ListeningSockets.ofThisProcess();
      assertThat(listening)
          .extracting(InetSocketAddress::getPort)
          .contains(runner.webAddress().getPort(), JobMetrics.port().getAsInt());
      assertThat(listening)
          .allMatch(socket -> socket.getAddress().isLoopbackAddress(), "is on loopback");
      HttpRequest upload =
          HttpRequest.newBuilder(runner.webAddress().resolve("/jars/upload"))
              .POST(BodyPublishers.ofString("no jar"))
              .build();
      assertThat(HttpClient.newHttpClient().send(upload, BodyHandlers.discarding()).statusCode())
          .as("uploading a jar")
          .isEqualTo(404);
      runner.cancel();
    }
  }

  /** Else Flink would serialize a type that has no serializer of ours with Kryo. */
  @Test
  void everyJobRefusesTypesWithoutASerializer() throws IOException {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
    job(RateLimiterStrategy.noOp()).build(environment);
    assertThat(environment.getConfig().toConfiguration().get(PipelineOptions.GENERIC_TYPES))
        .isFalse();
  }

  private AdaptationJob job(RateLimiterStrategy<?> rate) throws IOException {
    JobConfig config =
        JobConfig.parse(
            """
            name: memory
            model: model.onnx
            recipe: unmix-tns
            kafka: {bootstrap-servers: "localhost:1"}
            batch: {max-size: 4, max-delay: 0}
            drift: {window: 48}
            checkpoints: {interval: 500ms}
            runtime: {provider: cpu}
            metrics: {port: 0}
            web: {port: 0}
            """,
            directory,
            new Secrets(name -> null));
    return new AdaptationJob(
        config,
        MODEL,
        new Endpoints(
            source(rate),
            Optional.empty(),
            Optional.empty(),
            predictions,
            deadLetters,
            driftReports,
            audit,
            new MemorySink<>()));
  }

  /** Two streams in turn, and now and then a record cut short. */
  private static Source<RawRecord, ?, ?> source(RateLimiterStrategy<?> rate) {
    return new DataGeneratorSource<>(
        AdaptationJobTest::record, RECORDS, rate, StreamTypes.RAW_RECORD);
  }

  /** A source that gives so many records and then waits for ever, but does not end. */
  private static RateLimiterStrategy<?> holdingAfter(int records) {
    return parallelism -> {
      AtomicInteger left = new AtomicInteger(records);
      return wanted ->
          left.addAndGet(-wanted) >= 0
              ? CompletableFuture.completedFuture(null)
              : new CompletableFuture<>();
    };
  }

  private static RawRecord record(long index) {
    int i = (int) index;
    byte[] value =
        MessageEncoder.of(WireFormat.AVRO, Sample.class)
            .encode(FashionSamples.message(i % 2 == 0 ? "a" : "b", i));
    if (i % BAD_EVERY == 0) {
      value = Arrays.copyOf(value, 20);
    }
    return new RawRecord("samples", 0, index, 0, null, value);
  }

  private static List<Prediction> withoutTime(MemorySink<TracedPrediction> sink) {
    return sink.written().stream()
        .map(TracedPrediction::prediction)
        .map(prediction -> Prediction.newBuilder(prediction).setProducedAt(Instant.EPOCH).build())
        .toList();
  }

  private static String get(String address) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(address)).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }
}
