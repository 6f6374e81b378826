package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateDictSerializer;
import dev.evenkeel.schemas.MessageDecoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.store.FileSystemBackend;
import dev.evenkeel.store.SnapshotManifest;
import dev.evenkeel.store.SnapshotStore;
import dev.evenkeel.v1.Prediction;
import dev.evenkeel.v1.SnapshotAnnouncement;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job that publishes snapshots is killed and run again. Every snapshot in the store must be a
 * state that a run passes through which nobody disturbed.
 */
class SnapshotITCase {
  private static final List<String> STREAMS = List.of("left", "right");
  private static final int BATCH = JobFile.BATCH_SIZE;
  private static final int KILLS = 2;

  @TempDir private Path directory;

  private final long seed = Long.getLong("evenkeel.seed", ThreadLocalRandom.current().nextLong());
  private final Random random = new Random(seed);
  private int sent;

  @Test
  void publishesOnlyStatesThatTheRunPassesThrough() throws Exception {
    Fashion fashion = new Fashion(directory);
    Topics topics = TestBroker.newTopics(1);
    String announced = topics.samples() + ".snapshots";
    Path workplace = Files.createDirectories(directory.resolve("killed"));
    JobFile file =
        new JobFile(workplace, fashion.model(), topics)
            .set("snapshots", "{store: store, interval: 1s, on-change: 0}");
    file.set(
        "kafka", file.get("kafka").replace("topics: {", "topics: {snapshots: " + announced + ", "));
    Path store = workplace.resolve("store");
    try (Feed feed = new Feed(topics.samples());
        TopicReader<Prediction> written =
            TopicReader.uncommitted(topics.predictions(), Predictions.decoder())) {
      for (int kill = 0; kill < KILLS; kill++) {
        try (JobProcess job = JobProcess.start(file)) {
          feedUntilPublished(feed, fashion, store, job);
          // Batches go on until the kill, which finds a snapshot at any stage.
          for (int round = random.nextInt(12); round >= 0; round--) {
            int before = written.readToEnd().size();
            send(feed, fashion);
            written.await(before + 1, job);
          }
          job.kill();
        }
      }
      try (JobProcess job = JobProcess.start(file)) {
        feedUntilPublished(feed, fashion, store, job);
        assertThat(job.stop()).as(job.logTail()).isZero();
      }
    }
    List<SnapshotManifest> snapshots = published(store);
    assertThat(snapshots).hasSizeGreaterThan(KILLS);
    assertPassedThrough(fashion, store, snapshots);
    assertAnnouncedOnce(announced, snapshots);
  }

  /** Sends batches until each stream has a snapshot more. */
  private void feedUntilPublished(Feed feed, Fashion fashion, Path store, JobProcess job) {
    Map<String, Integer> before = count(store);
    await()
        .atMost(Waiting.LIMIT)
        .until(
            () -> {
              job.requireAlive();
              send(feed, fashion);
              Map<String, Integer> now = count(store);
              return STREAMS.stream()
                  .allMatch(stream -> now.getOrDefault(stream, 0) > before.getOrDefault(stream, 0));
            });
  }

  private void send(Feed feed, Fashion fashion) throws Exception {
    for (String stream : STREAMS) {
      feed.send(stream, fashion.encoded(stream, sent, sent + BATCH));
    }
    sent += BATCH;
  }

  private static Map<String, Integer> count(Path store) {
    Map<String, Integer> counts = new HashMap<>();
    published(store).forEach(manifest -> counts.merge(manifest.streamId(), 1, Integer::sum));
    return counts;
  }

  private static List<SnapshotManifest> published(Path store) {
    try {
      return new SnapshotStore(new FileSystemBackend(store))
          .list(
              damaged -> {
                throw new AssertionError(damaged);
              });
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Runs the same batches here and compares where the streams come by. */
  private void assertPassedThrough(Fashion fashion, Path store, List<SnapshotManifest> snapshots)
      throws IOException {
    SnapshotStore reader = new SnapshotStore(new FileSystemBackend(store));
    Map<Long, StateDict> states = new HashMap<>();
    SourceModel source = SourceModel.of(OnnxReader.read(fashion.model()), Map.of());
    AdaptationProgram program =
        AdaptationProgram.compile(
            source, Recipe.parse("unmix-tns", Map.of("guards.enabled", "true")), 0);
    try (OrtRuntime runtime = OrtRuntime.open(program, RuntimeOptions.CPU_SINGLE_THREAD);
        AdaptationSession session = runtime.newSession();
        AdaptationState state = session.initialState()) {
      // Both streams show the same images.
      SampleBatch batch = session.newBatch();
      for (int start = 0; start < sent; start += BATCH) {
        batch.clear();
        for (int i = start; i < start + BATCH; i++) {
          batch.addUint8(ByteBuffer.wrap(fashion.pixels(i)));
        }
        session.step(state, batch, false);
        long step = state.steps();
        if (snapshots.stream().anyMatch(manifest -> manifest.adaptationStep() == step)) {
          states.put(step, state.toStateDict());
        }
      }
    }
    for (SnapshotManifest snapshot : snapshots) {
      String what = "seed %d, step %d".formatted(seed, snapshot.adaptationStep());
      assertThat(states).as(what).containsKey(snapshot.adaptationStep());
      SavepointStates.assertEqual(
          new TreeMap<>(Map.of(what, StateDictSerializer.fromBytes(reader.open(snapshot)))),
          new TreeMap<>(Map.of(what, states.get(snapshot.adaptationStep()))));
      if (snapshot.parent() != null) {
        assertThat(snapshots).extracting(SnapshotManifest::snapshot).contains(snapshot.parent());
      }
    }
  }

  private static void assertAnnouncedOnce(String topic, List<SnapshotManifest> snapshots)
      throws Exception {
    try (TopicReader<SnapshotAnnouncement> reader =
        TopicReader.committed(
            topic, MessageDecoder.of(WireFormat.AVRO, SnapshotAnnouncement.class))) {
      assertThat(reader.readToEnd())
          .isNotEmpty()
          .extracting(
              announced ->
                  announced.getStreamId() + announced.getCheckpointId() + announced.getSnapshot())
          .doesNotHaveDuplicates()
          .isSubsetOf(
              snapshots.stream()
                  .map(
                      manifest ->
                          manifest.streamId() + manifest.checkpointId() + manifest.snapshot())
                  .toList());
    }
  }
}
