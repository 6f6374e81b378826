package dev.evenkeel.jobs.snapshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.evenkeel.jobs.io.SnapshotAnnouncementSerializer;
import dev.evenkeel.jobs.metrics.MetricsOptions;
import dev.evenkeel.store.Digest;
import dev.evenkeel.store.InMemoryBackend;
import dev.evenkeel.store.SnapshotManifest;
import dev.evenkeel.store.SnapshotStore;
import dev.evenkeel.store.StorageBackend;
import dev.evenkeel.store.StoreException;
import dev.evenkeel.store.testing.FailingBackend;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.AuditStatus;
import dev.evenkeel.v1.SnapshotAnnouncement;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SnapshotPublisherTest {
  /** Where an operator finds the store of its test. */
  private static final Map<String, StorageBackend> STORES = new ConcurrentHashMap<>();

  private static final byte[] MODEL = {1, 2, 3};
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int UNLIMITED = Integer.MAX_VALUE;

  private final InMemoryBackend memory = new InMemoryBackend();
  private final FailingBackend backend = new FailingBackend(memory, UNLIMITED);
  private final String id = UUID.randomUUID().toString();
  private long clock;

  @AfterEach
  void forgetStore() {
    STORES.remove(id);
  }

  @Test
  void publishesOnlyWhatACompleteCheckpointHolds() throws Exception {
    try (Harness harness = harness(null)) {
      harness.processElement(draft("a", 1, 1), 0);
      harness.snapshot(1, 1);
      assertThat(memory.listBlobs()).as("nothing touches the store before").isEmpty();
      harness.notifyOfCompletedCheckpoint(1);
      awaitAnnounced(harness, 1);
      SnapshotAnnouncement announced = harness.extractOutputValues().get(0);
      assertThat(announced.getStreamId()).isEqualTo("a");
      assertThat(announced.getSnapshot()).isEqualTo(Digest.of(state(1)).toString());
      assertThat(announced.getCheckpointId()).isEqualTo(1);
      SnapshotManifest stored = published().get(0);
      assertThat(stored).isEqualTo(draft("a", 1, 1).manifest());
      assertThat(new SnapshotStore(memory).openModel(stored)).isEqualTo(MODEL);
    }
  }

  @Test
  void repeatsItselfAfterARecoveryWithTheSameIdentity() throws Exception {
    OperatorSubtaskState checkpoint;
    List<SnapshotAnnouncement> announced;
    try (Harness harness = harness(null)) {
      harness.processElement(draft("a", 1, 1), 0);
      checkpoint = harness.snapshot(1, 1);
      harness.notifyOfCompletedCheckpoint(1);
      awaitAnnounced(harness, 1);
      announced = harness.extractOutputValues();
    }
    List<String> refs = memory.listRefs("");
    try (Harness harness = harness(checkpoint)) {
      awaitAnnounced(harness, 1);
      assertThat(harness.extractOutputValues()).isEqualTo(announced);
      assertThat(memory.listRefs("")).isEqualTo(refs);
      checkpoint = harness.snapshot(2, 2);
    }
    try (Harness harness = harness(checkpoint)) {
      harness.setProcessingTime(clock += 5000);
      assertThat(harness.extractOutputValues()).as("announced in a complete checkpoint").isEmpty();
    }
  }

  @Test
  void announcesNothingAfterTheEndOfItsInputButInTheNextRun() throws Exception {
    OperatorSubtaskState checkpoint;
    try (Harness harness = harness(null)) {
      harness.processElement(draft("a", 1, 1), 0);
      harness.snapshot(1, 1);
      harness.getOperator().finish();
      harness.notifyOfCompletedCheckpoint(1);
      await().atMost(PATIENCE).until(() -> !published().isEmpty());
      harness.getOperator().prepareSnapshotPreBarrier(2);
      assertThat(harness.extractOutputValues()).isEmpty();
      checkpoint = harness.snapshot(2, 2);
    }
    try (Harness harness = harness(checkpoint)) {
      awaitAnnounced(harness, 1);
    }
  }

  @Test
  void whatWasTakenAfterTheCheckpointIsGoneWithTheRun() throws Exception {
    OperatorSubtaskState checkpoint;
    try (Harness harness = harness(null)) {
      checkpoint = harness.snapshot(1, 1);
      harness.processElement(draft("a", 1, 2), 0);
      harness.snapshot(2, 2);
      // Checkpoint 2 fails, and the job is restored from the one before.
    }
    try (Harness harness = harness(checkpoint)) {
      harness.processElement(draft("b", 2, 3), 0);
      harness.snapshot(3, 3);
      harness.notifyOfCompletedCheckpoint(3);
      awaitAnnounced(harness, 1);
      assertThat(published()).extracting(SnapshotManifest::streamId).containsExactly("b");
    }
  }

  @Test
  void theNextCheckpointCoversOneThatFailed() throws Exception {
    try (Harness harness = harness(null)) {
      harness.processElement(draft("a", 1, 1), 0);
      harness.snapshot(1, 1);
      harness.processElement(draft("b", 2, 2), 0);
      harness.snapshot(2, 2);
      harness.notifyOfCompletedCheckpoint(2);
      awaitAnnounced(harness, 2);
      assertThat(published()).extracting(SnapshotManifest::streamId).contains("a", "b");
    }
  }

  @Test
  void waitsForAStoreThatCannotBeReached() throws Exception {
    backend.allow(0);
    try (Harness harness = harness(null)) {
      harness.processElement(draft("a", 1, 1), 0);
      harness.snapshot(1, 1);
      harness.notifyOfCompletedCheckpoint(1);
      // Samples, barriers and checkpoints pass meanwhile.
      harness.processElement(draft("b", 2, 2), 0);
      OperatorSubtaskState during = harness.snapshot(2, 2);
      assertThat(published()).isEmpty();
      backend.allow(1);
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(memory.listBlobs()).isNotEmpty());
      assertThat(published()).as("half of it is in the store, and not visible").isEmpty();
      backend.allow(UNLIMITED);
      harness.notifyOfCompletedCheckpoint(2);
      awaitAnnounced(harness, 2);
      assertThat(published()).hasSize(2);
      assertThat(during).isNotNull();
      assertThat(audit(harness))
          .as("one record of the outage, however often it was tried")
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.getStatus()).isEqualTo(AuditStatus.FAILED);
                assertThat(event.getAction()).isEqualTo("snapshot");
                assertThat(event.getReason()).contains("cannot be reached");
              });
    }
  }

  @Test
  void givesUpTheOldestWhenTooManyWait() throws Exception {
    backend.allow(0);
    try (Harness harness = harness(null)) {
      for (int i = 1; i <= 6; i++) {
        harness.processElement(draft("s" + i, i, 1), 0);
      }
      harness.snapshot(1, 1);
      backend.allow(UNLIMITED);
      harness.notifyOfCompletedCheckpoint(1);
      awaitAnnounced(harness, 4);
      assertThat(published())
          .extracting(SnapshotManifest::streamId)
          .containsExactlyInAnyOrder("s3", "s4", "s5", "s6");
      assertThat(audit(harness))
          .filteredOn(event -> event.getReason().contains("given up"))
          .extracting(AuditEvent::getStreamId)
          .containsExactly("s1", "s2");
    }
  }

  @Test
  void keepsTheNewestOfEachStream() throws Exception {
    try (Harness harness = harness(null)) {
      for (int i = 1; i <= 4; i++) {
        harness.processElement(draft("a", i, i), 0);
        harness.snapshot(i, i);
        harness.notifyOfCompletedCheckpoint(i);
        awaitAnnounced(harness, i);
      }
      assertThat(published()).extracting(SnapshotManifest::checkpointId).containsExactly(3L, 4L);
    }
  }

  @Test
  void whatIsCompleteIsPublishedBeforeTheEnd() throws Exception {
    try (Harness harness = harness(null)) {
      harness.processElement(draft("a", 1, 1), 0);
      harness.snapshot(1, 1);
      harness.notifyOfCompletedCheckpoint(1);
    }
    assertThat(published()).hasSize(1);
  }

  private static List<AuditEvent> audit(Harness harness) {
    var events = harness.getSideOutput(SnapshotPublisher.AUDIT);
    return events == null ? List.of() : events.stream().map(StreamRecord::getValue).toList();
  }

  private void awaitAnnounced(Harness harness, int count) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              harness.setProcessingTime(clock += 1000);
              assertThat(harness.extractOutputValues()).hasSize(count);
            });
  }

  private List<SnapshotManifest> published() throws IOException {
    return new SnapshotStore(memory).list(SnapshotPublisherTest::fail);
  }

  private static void fail(StoreException damaged) {
    throw new AssertionError(damaged);
  }

  private Harness harness(OperatorSubtaskState checkpoint) throws Exception {
    STORES.put(id, backend);
    String key = id;
    PublishOptions options =
        new PublishOptions(
            () -> STORES.get(key),
            "memory",
            4,
            2,
            0,
            () -> MODEL,
            new MetricsOptions("test", "unmix-tns", -1));
    return new Harness(options, checkpoint);
  }

  private static final class Harness
      extends OneInputStreamOperatorTestHarness<SnapshotDraft, SnapshotAnnouncement> {
    Harness(PublishOptions options, OperatorSubtaskState checkpoint) throws Exception {
      super(new SnapshotPublisher(options), SnapshotDraftSerializer.INSTANCE);
      setup(new SnapshotAnnouncementSerializer());
      if (checkpoint != null) {
        setRestoredCheckpointId(1);
        initializeState(checkpoint);
      }
      open();
    }

    @Override
    public void close() {
      try {
        super.close();
      } catch (Exception e) {
        throw new IllegalStateException("The operator does not close", e);
      }
    }
  }

  private static byte[] state(int content) {
    return new byte[] {(byte) content, 7};
  }

  private static SnapshotDraft draft(String stream, int content, long checkpoint) {
    SnapshotManifest manifest =
        new SnapshotManifest(
            SnapshotManifest.FORMAT,
            Digest.of(state(content)),
            2,
            null,
            Digest.of(MODEL),
            "unmix-tns",
            Map.of(),
            0,
            "program",
            "job",
            stream,
            null,
            content,
            checkpoint,
            Map.of("movement-ratio", 0.1),
            Instant.ofEpochMilli(1_000_000 + checkpoint));
    return new SnapshotDraft(manifest, state(content));
  }
}
