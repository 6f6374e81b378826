package dev.evenkeel.jobs.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.evenkeel.adapters.drift.DriftReference;
import dev.evenkeel.adapters.onnx.io.OnnxWriter;
import dev.evenkeel.adapters.profile.ProfileMeasurement;
import dev.evenkeel.adapters.runtime.Provider;
import dev.evenkeel.adapters.testing.RandomTensors;
import dev.evenkeel.adapters.testing.TinyNet;
import dev.evenkeel.jobs.batch.BatchPolicy;
import dev.evenkeel.jobs.batch.CallPolicy;
import dev.evenkeel.jobs.config.StateConfig;
import dev.evenkeel.jobs.io.LabelArrival;
import dev.evenkeel.jobs.io.SnapshotAnnouncementSerializer;
import dev.evenkeel.jobs.io.StreamSample;
import dev.evenkeel.jobs.io.StreamTypes;
import dev.evenkeel.jobs.metrics.JobMetrics;
import dev.evenkeel.jobs.metrics.MetricsOptions;
import dev.evenkeel.jobs.quality.StreamWatch;
import dev.evenkeel.jobs.quality.WatchOptions;
import dev.evenkeel.jobs.quality.WatchedBatch;
import dev.evenkeel.jobs.snapshots.PublishOptions;
import dev.evenkeel.jobs.snapshots.SnapshotDraft;
import dev.evenkeel.jobs.snapshots.SnapshotDraftSerializer;
import dev.evenkeel.jobs.snapshots.SnapshotOptions;
import dev.evenkeel.jobs.snapshots.SnapshotOrigin;
import dev.evenkeel.jobs.snapshots.SnapshotPublisher;
import dev.evenkeel.jobs.testing.Commands;
import dev.evenkeel.store.InMemoryBackend;
import dev.evenkeel.v1.ControlAction;
import dev.evenkeel.v1.DataType;
import dev.evenkeel.v1.DriftReport;
import dev.evenkeel.v1.SnapshotAnnouncement;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What Prometheus has to store does not grow with the number of streams, with everything switched
 * on that has metrics: guards that act, labels, a watch with a profile and segments, snapshots and
 * commands.
 */
class SeriesBoundTest {
  private static final int FEW = 512;
  private static final int MANY = 10_000;
  private static final int CLASSES = 4;
  private static final int SNAPSHOTS = 64;
  private static final long DELAY = 10_000_000;

  /** A network of some dozen numbers: it is not its answers that matter. */
  private static final TinyNet NET = TinyNet.random(RandomTensors.seeded(), 2, 2, 3);

  /** The first answers of a stream are judged already. */
  private static final ProgramFactory PROGRAM =
      new ProgramFactory(
          ModelFile.of("tiny.onnx", OnnxWriter.toBytes(NET.model(13))),
          "ema-bn+tent",
          Map.of(
              "guards.enabled", "true",
              "guards.accuracy.threshold", "0",
              "guards.accuracy.window", "1"),
          7,
          Provider.CPU,
          1);

  private static final MetricsOptions METRICS =
      new MetricsOptions("series-test", PROGRAM.recipe(), 0);

  /** Where the publisher finds it, wherever it was sent to. */
  private static final InMemoryBackend STORE = new InMemoryBackend();

  private KeyedTwoInputStreamOperatorTestHarness<String, WatchedBatch, LabelArrival, DriftReport>
      watch;
  private OneInputStreamOperatorTestHarness<SnapshotDraft, SnapshotAnnouncement> publisher;
  private long clock;
  private long checkpoints;

  @Test
  void tenThousandStreamsHaveNoMoreSeriesThanAFew() throws Exception {
    try (AdaptHarness step = new AdaptHarness(PROGRAM, options())) {
      run(0, FEW, step);
      Map<String, Double> few = series();
      assertThat(sum(few, "predictions_total")).isEqualTo(2 * FEW);
      assertThat(sum(few, "guard_actions_total")).isPositive();
      assertThat(sum(few, "labels_total")).isEqualTo(2 * FEW);
      assertThat(sum(few, "drift_reports_total")).isEqualTo(FEW);
      assertThat(sum(few, "window_accuracy_ratio_count")).isEqualTo(FEW);
      assertThat(sum(few, "snapshots_total")).isEqualTo(SNAPSHOTS);
      assertThat(sum(few, "control_commands_total")).isEqualTo(FEW);
      run(FEW, MANY, step);
      Map<String, Double> many = series();
      assertThat(sum(many, "drift_reports_total")).isEqualTo(MANY);
      assertThat(many.keySet()).isEqualTo(few.keySet()).hasSizeBetween(300, 1000);
    }
  }

  /** Two labelled samples of each stream, a report on them, some snapshots, a command to all. */
  private void run(int from, int to, AdaptHarness step) throws Exception {
    Random random = new Random(from);
    for (int sample = 0; sample < 2; sample++) {
      for (int i = from; i < to; i++) {
        String stream = "stream-" + i;
        step.processElement(sample(stream, sample, random));
        step.label(stream, sample, i % CLASSES);
      }
      clock += 1000;
      step.setProcessingTime(clock);
      watch.setProcessingTime(clock);
      Queue<StreamRecord<WatchedBatch>> watched = step.getSideOutput(AdaptOperator.WATCHED);
      for (int i = from; i < to; i++) {
        WatchedBatch batch = watched.remove().getValue();
        watch.processElement1(batch, clock);
        watch.processElement2(
            new LabelArrival(batch.streamId(), batch.sampleIds().get(0), i % CLASSES, clock),
            clock);
      }
    }
    checkpoints++;
    step.getOperator().prepareSnapshotPreBarrier(checkpoints);
    Queue<StreamRecord<SnapshotDraft>> drafts = step.getSideOutput(AdaptOperator.SNAPSHOTS);
    while (!drafts.isEmpty()) {
      publisher.processElement(drafts.remove().getValue(), clock);
    }
    publisher.snapshot(checkpoints, checkpoints);
    publisher.notifyOfCompletedCheckpoint(checkpoints);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              publisher.setProcessingTime(publisher.getProcessingTime() + 1000);
              return publisher.extractOutputValues().size() == checkpoints * SNAPSHOTS;
            });
    step.command(Commands.toAll("command-" + from, ControlAction.RESUME));
    step.getOutput().clear();
  }

  private static StreamSample sample(String stream, int position, Random random) {
    ByteBuffer data = ByteBuffer.allocate(Math.toIntExact(NET.sampleShape().size()) * Float.BYTES);
    data.order(ByteOrder.LITTLE_ENDIAN);
    while (data.hasRemaining()) {
      data.putFloat((float) random.nextGaussian());
    }
    return new StreamSample(
        stream,
        Integer.toString(position),
        position,
        position,
        DataType.FLOAT32,
        data.flip(),
        Map.of("site", stream));
  }

  private static AdaptOptions options() {
    SnapshotOrigin origin =
        new SnapshotOrigin(
            "test",
            StateConfig.Scope.STREAM,
            PROGRAM.modelVersion(),
            PROGRAM.recipe(),
            new TreeMap<>(PROGRAM.settings()),
            PROGRAM.seed());
    return new AdaptOptions(
        StateConfig.Scope.STREAM,
        new BatchPolicy(false, 1, 0),
        new CallPolicy(128, 128, 1000),
        1,
        AdaptOptions.States.keep(128),
        0,
        new AdaptOptions.Watching(true, reference(), "site", 2),
        new SnapshotOptions(1, 0, SNAPSHOTS, origin),
        true,
        null,
        METRICS);
  }

  @BeforeEach
  void openWatch() throws Exception {
    WatchOptions options =
        new WatchOptions(
            2,
            CLASSES,
            PROGRAM.modelVersion(),
            reference(),
            "page-hinkley",
            "site",
            0,
            DELAY,
            METRICS);
    watch =
        new KeyedTwoInputStreamOperatorTestHarness<>(
            new KeyedCoProcessOperator<>(new StreamWatch(options)),
            WatchedBatch::streamId,
            LabelArrival::streamId,
            Types.STRING);
    watch.setup(StreamTypes.DRIFT_REPORT.createSerializer(null));
    watch.open();
  }

  @BeforeEach
  void openPublisher() throws Exception {
    PublishOptions options =
        new PublishOptions(
            () -> STORE, "memory", 10 * SNAPSHOTS, 2, 0, PROGRAM.model()::bytes, METRICS);
    publisher =
        new OneInputStreamOperatorTestHarness<>(
            new SnapshotPublisher(options), SnapshotDraftSerializer.INSTANCE);
    publisher.setup(new SnapshotAnnouncementSerializer());
    publisher.open();
  }

  @AfterEach
  void close() throws Exception {
    watch.close();
    publisher.close();
  }

  /** Of a source whose classes are told apart eight times in ten. */
  private static DriftReference reference() {
    ProfileMeasurement measurement = new ProfileMeasurement(CLASSES);
    for (int i = 0; i < 1000; i++) {
      float[] logits = new float[CLASSES];
      logits[i % CLASSES] = 2;
      measurement.add(logits, new float[0], i / CLASSES % 10 < 8 ? i % CLASSES : (i + 1) % CLASSES);
    }
    return DriftReference.of(measurement.measure("none", List.of()));
  }

  private static double sum(Map<String, Double> series, String name) {
    return series.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith("evenkeel_" + name + "{"))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  /** Values by names with their labels. */
  private static Map<String, Double> series() throws IOException, InterruptedException {
    URI endpoint = URI.create("http://localhost:" + JobMetrics.port().orElseThrow() + "/metrics");
    String body =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(endpoint).build(), BodyHandlers.ofString())
            .body();
    return body.lines()
        .filter(line -> line.startsWith("evenkeel_") && line.contains("series-test"))
        .collect(
            Collectors.toMap(
                line -> line.substring(0, line.lastIndexOf(' ')),
                line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))));
  }
}
