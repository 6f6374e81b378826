package dev.evenkeel.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.npy.Npz;
import dev.evenkeel.adapters.profile.ProfileMeasurement;
import dev.evenkeel.adapters.profile.SourceProfileJson;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.Signal;
import dev.evenkeel.adapters.tta.StepResult;
import dev.evenkeel.adapters.tta.Turn;
import dev.evenkeel.jobs.cluster.LocalRunner;
import dev.evenkeel.jobs.config.JobConfig;
import dev.evenkeel.jobs.config.Secrets;
import dev.evenkeel.jobs.io.RawRecord;
import dev.evenkeel.jobs.io.StreamTypes;
import dev.evenkeel.jobs.io.TracedPrediction;
import dev.evenkeel.jobs.testing.FashionSamples;
import dev.evenkeel.jobs.testing.MemorySink;
import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.DataType;
import dev.evenkeel.v1.DeadLetter;
import dev.evenkeel.v1.DriftReport;
import dev.evenkeel.v1.Sample;
import dev.evenkeel.v1.SnapshotAnnouncement;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job tells by features which of two streams left the source domain. */
class FeatureDriftJobTest {
  private static final int WINDOW = 320;
  private static final int PROFILED = 640;
  private static final int PIXELS = 28 * 28;
  private static Tensor images;

  @TempDir private Path directory;

  @BeforeEach
  void measureTheSource() throws IOException {
    images = Npz.read(FashionKit.copyTo(directory, "calibration/source-images.npz")).get("images");
    long[] labels =
        Npy.read(FashionKit.copyTo(directory, "calibration/source-labels.npy")).toLongs();
    AdaptationProgram program =
        AdaptationProgram.compile(FashionKit.source(), Recipe.parse("source", Map.of()), 0);
    ProfileMeasurement measurement = new ProfileMeasurement(10);
    try (OrtRuntime runtime = OrtRuntime.open(program, RuntimeOptions.CPU_SINGLE_THREAD);
        AdaptationSession session = runtime.newSession();
        AdaptationState state = session.initialState()) {
      SampleBatch batch = session.newBatch();
      for (int start = 0; start < PROFILED; start += 64) {
        FashionKit.fill(batch, images, start, start + 64);
        StepResult result =
            session.step(
                List.of(
                    new Turn(
                        state,
                        true,
                        Optional.empty(),
                        Turn.Mode.ADAPT,
                        Set.of(Signal.SOURCE_FEATURES))),
                new int[64],
                batch);
        for (int i = 0; i < 64; i++) {
          float[] logits = new float[10];
          float[] features = new float[64];
          result.logits().get(i * 10, logits);
          result.sourceFeatures().get(i * 64, features);
          measurement.add(logits, features, (int) labels[start + i]);
        }
      }
    }
    SourceProfileJson.write(
        directory.resolve("P.json"), measurement.measure(program.source().digest(), List.of()));
  }

  @Test
  void tellsTheShiftedStreamFromTheOther() throws Exception {
    List<DriftReport> reports = run("ema-bn", 64);
    DriftReport home = of("home", reports);
    assertThat(home.getFeatureSamples()).isBetween(90, 170);
    assertThat(home.getFeatureMmd2()).isLessThan(2 * home.getFeatureMmd2Noise());
    assertThat(home.getClassConditionalDistance()).isBetween(-0.1, 0.1);
    DriftReport away = of("away", reports);
    assertThat(away.getFeatureSamples()).isBetween(90, 170);
    assertThat(away.getFeatureMmd2()).isGreaterThan(5 * away.getFeatureMmd2Noise());
    assertThat(away.getClassConditionalDistance()).isGreaterThan(0.2);

    List<DriftReport> inSmallBatches = run("source", 16);
    for (DriftReport report : inSmallBatches) {
      DriftReport before = of(report.getStreamId(), reports);
      assertThat(report.getFeatureSamples())
          .as("neither batches nor adaptation change what is compared")
          .isEqualTo(before.getFeatureSamples());
      assertThat(report.getFeatureMmd2()).isCloseTo(before.getFeatureMmd2(), within(1e-4));
      assertThat(report.getClassConditionalDistance())
          .isCloseTo(before.getClassConditionalDistance(), within(1e-3));
    }
  }

  private static DriftReport of(String stream, List<DriftReport> reports) {
    return reports.stream()
        .filter(report -> report.getStreamId().equals(stream))
        .findFirst()
        .orElseThrow();
  }

  private List<DriftReport> run(String recipe, int batch) throws Exception {
    JobConfig config =
        JobConfig.parse(
            """
            name: features
            model: model.onnx
            recipe: %s
            kafka: {bootstrap-servers: "localhost:1"}
            batch: {max-size: %d, max-delay: 0}
            drift: {window: %d, source-profile: P.json}
            runtime: {provider: cpu}
            metrics: {port: -1}
            web: {port: 0}
            """
                .formatted(recipe, batch, WINDOW),
            directory,
            new Secrets(name -> null));
    MemorySink<DriftReport> reports = new MemorySink<>();
    AdaptationJob job =
        new AdaptationJob(
            config,
            FashionSamples.model(),
            new Endpoints(
                new DataGeneratorSource<>(
                    FeatureDriftJobTest::record,
                    2L * WINDOW,
                    RateLimiterStrategy.noOp(),
                    StreamTypes.RAW_RECORD),
                Optional.empty(),
                Optional.empty(),
                new MemorySink<TracedPrediction>(),
                new MemorySink<DeadLetter>(),
                reports,
                new MemorySink<AuditEvent>(),
                new MemorySink<SnapshotAnnouncement>()));
    try (LocalRunner runner = LocalRunner.start(job, true)) {
      runner.await();
    }
    assertThat(reports.written()).hasSize(2);
    return List.copyOf(reports.written());
  }

  /** Images that the profile was not measured on; of one stream as they are, of one dimmed. */
  private static RawRecord record(long index) {
    int i = (int) index;
    boolean away = i % 2 == 1;
    byte[] pixels = new byte[PIXELS];
    images.bytes().get((PROFILED + i / 2) * PIXELS, pixels);
    for (int p = 0; away && p < PIXELS; p++) {
      pixels[p] = (byte) (100 + Byte.toUnsignedInt(pixels[p]) / 4);
    }
    Sample sample =
        Sample.newBuilder()
            .setStreamId(away ? "away" : "home")
            .setSampleId(Integer.toString(i / 2))
            .setEventTime(Instant.ofEpochMilli(i))
            .setDtype(DataType.UINT8)
            .setShape(List.of(1, 28, 28))
            .setData(ByteBuffer.wrap(pixels))
            .build();
    byte[] value = MessageEncoder.of(WireFormat.AVRO, Sample.class).encode(sample);
    return new RawRecord("samples", 0, index, 0, null, value);
  }
}
