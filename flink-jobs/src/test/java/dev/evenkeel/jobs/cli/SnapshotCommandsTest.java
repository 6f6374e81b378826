package dev.evenkeel.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.jobs.AdaptationJob;
import dev.evenkeel.jobs.Endpoints;
import dev.evenkeel.jobs.cluster.LocalRunner;
import dev.evenkeel.jobs.config.JobConfig;
import dev.evenkeel.jobs.config.Secrets;
import dev.evenkeel.jobs.io.RawRecord;
import dev.evenkeel.jobs.io.StreamTypes;
import dev.evenkeel.jobs.io.TracedPrediction;
import dev.evenkeel.jobs.step.ModelFile;
import dev.evenkeel.jobs.testing.FashionSamples;
import dev.evenkeel.jobs.testing.MemorySink;
import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.store.Digest;
import dev.evenkeel.store.FileSystemBackend;
import dev.evenkeel.store.SnapshotManifest;
import dev.evenkeel.store.SnapshotStore;
import dev.evenkeel.v1.Prediction;
import dev.evenkeel.v1.Sample;
import dev.evenkeel.v1.SnapshotAnnouncement;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Snapshots of a running job, as a user lists, compares and exports them. */
class SnapshotCommandsTest {
  private static final ModelFile MODEL = FashionSamples.model();
  private static final int RECORDS = 160;
  private static final int BATCH = 4;

  /** What the source waits for after half of the records. */
  private static volatile CompletableFuture<Void> gate = new CompletableFuture<>();

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path directory;
  private Path store;

  private final MemorySink<TracedPrediction> predictions = new MemorySink<>();
  private final MemorySink<SnapshotAnnouncement> announcements = new MemorySink<>();

  @BeforeEach
  void nameStore() {
    store = directory.resolve("store");
    gate = new CompletableFuture<>();
  }

  /**
   * The file of a snapshot answers the batch that the job answered with that state.
   *
   * @param offset steps between a state and the prediction that was answered with it: running
   *     statistics take a batch in before they answer it
   */
  @ParameterizedTest
  @CsvSource({"unmix-tns, 0, sample", "ema-bn, -1, constant"})
  void anExportedSnapshotAnswersAsTheJobDidAtThatStep(String recipe, int offset, String statistics)
      throws Exception {
    run(recipe);
    List<SnapshotManifest> snapshots = published();
    assertThat(snapshots).isNotEmpty();
    assertThat(announcements.written())
        .isNotEmpty()
        .allSatisfy(
            announced ->
                assertThat(snapshots)
                    .extracting(manifest -> manifest.snapshot().toString())
                    .contains(announced.getSnapshot()));
    int compared = 0;
    for (SnapshotManifest snapshot : snapshots) {
      Path file = directory.resolve("exported.onnx");
      CommandRun export = command("export", "--snapshot", snapshot.snapshot(), "--out", file);
      assertThat(export.exitCode()).as(export.err()).isZero();
      assertThat(export.json().get("statistics").asText()).isEqualTo(statistics);
      assertThat(export.json().get("largest_deviation").asDouble()).isLessThan(1e-5);
      List<Prediction> batch = answeredWith(snapshot, offset);
      if (batch.size() == BATCH) {
        compared++;
        float[] expected = logits(batch);
        float[] found = answers(file, batch);
        for (int i = 0; i < expected.length; i++) {
          // Logits are written as probabilities and a score: 1e-5 of the largest.
          assertThat(Math.abs(found[i] - expected[i])).isLessThan(1e-5f * largest(expected));
        }
      }
    }
    assertThat(compared).isPositive();
  }

  private List<Prediction> answeredWith(SnapshotManifest snapshot, int offset) {
    return predictions.written().stream()
        .map(TracedPrediction::prediction)
        .filter(
            prediction ->
                prediction.getStreamId().equals(snapshot.streamId())
                    && prediction.getAdaptationStep() == snapshot.adaptationStep() + offset)
        .toList();
  }

  @Test
  void listsShowsAndComparesThem() throws Exception {
    run("ema-bn+tent");
    List<SnapshotManifest> snapshots = published();
    CommandRun list = command("list");
    assertThat(list.json().get("snapshots")).hasSameSizeAs(snapshots);
    assertThat(CommandRun.of("model", "list", "--store", store).out()).contains("stream:a", "step");

    CommandRun show = command("show", "--snapshot", "stream:a");
    assertThat(show.exitCode()).as(show.err()).isZero();
    assertThat(show.json().get("recipe").asText()).isEqualTo("ema-bn+tent");
    assertThat(show.json().get("job").asText()).isEqualTo("snapshots");
    assertThat(show.json().get("metrics").get("movement-ratio").asDouble()).isPositive();
    assertThat(show.json().get("entries"))
        .extracting(entry -> entry.get("name").asText())
        .contains("affine.scale", "norm.means", "counter.steps");
    assertThat(CommandRun.of("model", "show", "--store", store, "--snapshot", "stream:a").out())
        .contains("affine.scale", "checkpoint_id");

    CommandRun diff = command("diff", "stream:a", "source");
    assertThat(diff.exitCode()).as(diff.err()).isZero();
    JsonNode largest = diff.json().get("movements").get(0);
    assertThat(largest.get("movement").asDouble()).isPositive();
    assertThat(largest.get("layer").asText()).contains("BatchNormalization");
    CommandRun same = command("diff", "stream:a", "stream:a");
    assertThat(same.json().get("movements"))
        .allSatisfy(row -> assertThat(row.get("movement").asDouble()).isZero());
    assertThat(CommandRun.of("model", "diff", "--store", store, "stream:a", "stream:b").out())
        .contains("layer", "norm.variances");

    CommandRun prune = command("prune", "--keep", 1, "--younger-days", 0);
    assertThat(prune.json().get("forgotten_snapshots").asInt()).isEqualTo(snapshots.size() - 2);
    assertThat(published()).hasSize(2);
  }

  @Test
  void switchedOffAgainTheJobGoesOn() throws Exception {
    int answered;
    try (LocalRunner runner =
        LocalRunner.start(job("ema-bn", "{store: store, interval: 1s}"), true)) {
      awaitPublished();
      runner.stopWithSavepoint();
      runner.await();
      answered = predictions.written().size();
    }
    assertThat(answered).isLessThan(RECORDS);
    int before = published().size();
    gate.complete(null);
    try (LocalRunner runner = LocalRunner.start(job("ema-bn", "{store: none}"), false)) {
      assertThat(runner.resumedFrom()).isPresent();
      runner.await();
    }
    assertThat(predictions.written())
        .hasSize(RECORDS)
        .extracting(TracedPrediction::prediction)
        .extracting(prediction -> prediction.getStreamId() + prediction.getSampleId())
        .doesNotHaveDuplicates();
    assertThat(published()).hasSize(before);
  }

  @Test
  void refusesWhatIsDamagedOrMissingWithOneLine() throws Exception {
    run("ema-bn");
    SnapshotManifest snapshot = published().get(0);
    Path out = directory.resolve("M.onnx");
    CommandRun unknown = command("export", "--snapshot", "stream:c", "--out", out);
    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.err()).contains("stream:c", "did you mean").hasLineCount(1);
    CommandRun nonsense = command("show", "--snapshot", "nonsense");
    assertThat(nonsense.exitCode()).isEqualTo(2);
    assertThat(nonsense.err()).contains("nonsense", "stream:NAME").hasLineCount(1);

    Path other = CommandRun.fashion("models/fashion-tiny-vit.onnx", directory);
    CommandRun wrong =
        command("export", "--snapshot", snapshot.snapshot(), "--out", out, "--model", other);
    assertThat(wrong.exitCode()).isEqualTo(1);
    assertThat(wrong.err()).contains(snapshot.modelDigest().toString()).hasLineCount(1);

    damage(snapshot.modelDigest(), false);
    CommandRun model = command("export", "--snapshot", snapshot.snapshot(), "--out", out);
    assertThat(model.exitCode()).isEqualTo(1);
    assertThat(model.err()).contains("damaged", "--model").hasLineCount(1);

    damage(snapshot.snapshot(), true);
    CommandRun state = command("show", "--snapshot", snapshot.snapshot());
    assertThat(state.exitCode()).isEqualTo(1);
    assertThat(state.err()).contains("damaged", snapshot.snapshot().toString()).hasLineCount(1);
    assertThat(out).doesNotExist();
  }

  private void damage(Digest digest, boolean cut) throws IOException {
    Path blob = store.resolve("blobs").resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
    byte[] content = Files.readAllBytes(blob);
    content[content.length / 2] ^= 1;
    Files.write(blob, cut ? new byte[] {content[0]} : content);
  }

  private CommandRun command(String name, Object... more) {
    List<Object> all = new ArrayList<>(List.of("model", name, "--store", store, "--json"));
    all.addAll(List.of(more));
    return CommandRun.of(all.toArray());
  }

  private List<SnapshotManifest> published() throws IOException {
    return new SnapshotStore(new FileSystemBackend(store))
        .list(
            damaged -> {
              throw new AssertionError(damaged);
            });
  }

  private void run(String recipe) throws Exception {
    String snapshots = "{store: store, interval: 1s, on-change: 0}";
    try (LocalRunner runner = LocalRunner.start(job(recipe, snapshots), true)) {
      awaitPublished();
      gate.complete(null);
      runner.await();
    }
  }

  /** Waits until each stream has a snapshot. */
  private void awaitPublished() {
    await().atMost(PATIENCE).until(() -> Files.exists(store));
    await()
        .atMost(PATIENCE)
        .until(() -> published().stream().map(SnapshotManifest::streamId).distinct().count() == 2);
  }

  /** Two streams in turn. */
  private AdaptationJob job(String recipe, String snapshots) {
    JobConfig config =
        JobConfig.parse(
            """
            name: snapshots
            model: model.onnx
            recipe: %s
            kafka: {bootstrap-servers: "localhost:1"}
            batch: {max-size: %d, max-delay: 0}
            checkpoints: {interval: 200ms}
            snapshots: %s
            runtime: {provider: cpu}
            metrics: {port: -1}
            web: {port: 0}
            """
                .formatted(recipe, BATCH, snapshots),
            directory,
            new Secrets(name -> null));
    return new AdaptationJob(
        config,
        MODEL,
        new Endpoints(
            new DataGeneratorSource<>(
                SnapshotCommandsTest::record, RECORDS, holdingAfterHalf(), StreamTypes.RAW_RECORD),
            Optional.empty(),
            Optional.empty(),
            predictions,
            new MemorySink<>(),
            new MemorySink<>(),
            new MemorySink<>(),
            announcements));
  }

  private static RateLimiterStrategy<?> holdingAfterHalf() {
    return parallelism -> {
      AtomicInteger left = new AtomicInteger(RECORDS / 2);
      return wanted ->
          left.addAndGet(-wanted) >= 0 ? CompletableFuture.completedFuture(null) : gate;
    };
  }

  private static RawRecord record(long index) {
    int i = (int) index;
    byte[] value =
        MessageEncoder.of(WireFormat.AVRO, Sample.class)
            .encode(FashionSamples.message(i % 2 == 0 ? "a" : "b", i));
    return new RawRecord("samples", 0, index, 0, null, value);
  }

  /** {@code ln p + logSumExp}; the score of a prediction is the negative of the latter. */
  private static float[] logits(List<Prediction> batch) {
    int classes = batch.get(0).getProbabilities().size();
    float[] logits = new float[batch.size() * classes];
    for (int i = 0; i < logits.length; i++) {
      Prediction prediction = batch.get(i / classes);
      logits[i] =
          (float)
              (Math.log(prediction.getProbabilities().get(i % classes))
                  - prediction.getOutOfDistributionScore());
    }
    return logits;
  }

  private static float largest(float... values) {
    float largest = 1;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static float[] answers(Path file, List<Prediction> batch) {
    SourceModel model = SourceModel.of(OnnxReader.read(file), Map.of());
    AdaptationProgram program =
        AdaptationProgram.compile(model, Recipe.parse("source", Map.of()), 0);
    try (OrtRuntime runtime = OrtRuntime.open(program, RuntimeOptions.CPU_SINGLE_THREAD);
        AdaptationSession session = runtime.newSession();
        AdaptationState state = session.initialState()) {
      SampleBatch samples = session.newBatch();
      for (Prediction prediction : batch) {
        int image = Integer.parseInt(prediction.getSampleId());
        samples.addUint8(FashionSamples.message(prediction.getStreamId(), image).getData());
      }
      FloatBuffer logits = session.step(state, samples, false).logits();
      float[] values = new float[logits.remaining()];
      logits.get(values);
      return values;
    }
  }
}
