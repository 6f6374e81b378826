package dev.evenkeel.jobs.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.tta.StateDictSerializer;
import dev.evenkeel.jobs.batch.BatchPolicy;
import dev.evenkeel.jobs.batch.CallPolicy;
import dev.evenkeel.jobs.config.StateConfig;
import dev.evenkeel.jobs.metrics.MetricsOptions;
import dev.evenkeel.jobs.snapshots.SnapshotDraft;
import dev.evenkeel.jobs.snapshots.SnapshotOptions;
import dev.evenkeel.jobs.snapshots.SnapshotOrigin;
import dev.evenkeel.jobs.testing.Commands;
import dev.evenkeel.jobs.testing.FashionSamples;
import dev.evenkeel.store.Digest;
import dev.evenkeel.store.SnapshotManifest;
import dev.evenkeel.v1.ControlAction;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.junit.jupiter.api.Test;

/** Which states the operator hands on before a barrier. */
class SnapshotScheduleTest {
  private static final ProgramFactory PROGRAM = FashionSamples.program("ema-bn");
  private static final int SIZE = 4;
  private static final long MINUTE = 60_000;

  @Test
  void handsOnTheStateOfTheCheckpointOnceTheIntervalIsOver() throws Exception {
    try (AdaptHarness harness = harness(0, 16, null)) {
      harness.feed("a", 0, SIZE);
      harness.checkpoint();
      assertThat(taken(harness)).as("too early").isEmpty();
      harness.setProcessingTime(MINUTE);
      harness.feed("a", SIZE, 3 * SIZE + 1);
      harness.checkpoint();
      SnapshotDraft draft = taken(harness).get(0);
      SnapshotManifest manifest = draft.manifest();
      assertThat(manifest.streamId()).isEqualTo("a");
      assertThat(manifest.adaptationStep()).isEqualTo(3);
      assertThat(manifest.checkpointId()).isEqualTo(2);
      assertThat(manifest.parent()).isNull();
      assertThat(manifest.createdAt().toEpochMilli()).isEqualTo(MINUTE);
      assertThat(manifest.modelDigest().toString()).isEqualTo(PROGRAM.modelVersion());
      assertThat(manifest.snapshot()).isEqualTo(Digest.of(draft.state()));
      assertThat(manifest.metrics())
          .containsEntry("samples", 3.0 * SIZE)
          .containsKeys("mean-entropy-nats", "source-agreement-ratio", "source-distance-ratio");
      // The first one has moved from the source; the sketch errs by a few per cent.
      double exact = manifest.metrics().get("source-distance-ratio");
      assertThat(manifest.metrics().get("movement-ratio")).isCloseTo(exact, within(0.3 * exact));
      assertThat(StateDictSerializer.fromBytes(draft.state()).get("counter.steps").toLongs())
          .containsExactly(3);
      harness.checkpoint();
      assertThat(taken(harness)).as("no step since").hasSize(1);
    }
  }

  @Test
  void aRecoveredRunTakesTheSameStateAndGoesOn() throws Exception {
    OperatorSubtaskState checkpoint;
    SnapshotManifest first;
    List<SnapshotManifest> expected;
    try (AdaptHarness harness = harness(0, 16, null)) {
      harness.feed("a", 0, SIZE);
      harness.setProcessingTime(MINUTE);
      checkpoint = harness.checkpoint();
      first = taken(harness).get(0).manifest();
      expected = second(harness, 2 * MINUTE);
    }
    try (AdaptHarness harness = harness(0, 16, checkpoint)) {
      harness.setProcessingTime(MINUTE);
      List<SnapshotManifest> again = second(harness, 2 * MINUTE);
      assertThat(again.get(again.size() - 1).snapshot())
          .isEqualTo(expected.get(expected.size() - 1).snapshot());
      assertThat(again.get(again.size() - 1).parent()).isEqualTo(first.snapshot());
    }
  }

  private List<SnapshotManifest> second(AdaptHarness harness, long time) throws Exception {
    harness.feed("a", SIZE, 2 * SIZE);
    harness.setProcessingTime(time);
    harness.checkpoint();
    return taken(harness).stream().map(SnapshotDraft::manifest).toList();
  }

  @Test
  void takesSoManyAtACheckpointAndTheLongestOverdueFirst() throws Exception {
    List<String> streams = IntStream.range(0, 7).mapToObj(i -> "s" + (6 - i)).toList();
    try (AdaptHarness harness = harness(0, 3, null)) {
      for (int i = 0; i < streams.size(); i++) {
        harness.setProcessingTime(i);
        harness.feed(streams.get(i), 0, SIZE);
      }
      harness.setProcessingTime(2 * MINUTE);
      for (int i = 1; i <= 4; i++) {
        harness.checkpoint();
        assertThat(taken(harness)).hasSize(Math.min(3 * i, 7));
      }
      assertThat(taken(harness))
          .extracting(draft -> draft.manifest().streamId())
          .containsExactlyElementsOf(streams);
    }
  }

  @Test
  void passesOverStreamsThatHaveHardlyMoved() throws Exception {
    try (AdaptHarness harness = harness(1e6, 16, null)) {
      harness.feed("a", 0, SIZE);
      harness.setProcessingTime(MINUTE);
      harness.checkpoint();
      assertThat(taken(harness)).isEmpty();
    }
  }

  @Test
  void aStreamThatIsResetDoesNotDescendFromWhatItWas() throws Exception {
    try (AdaptHarness harness = harness(0, 16, null)) {
      harness.feed("a", 0, SIZE);
      harness.setProcessingTime(MINUTE);
      harness.checkpoint();
      harness.command(Commands.toStream("1", ControlAction.RESET, "a"));
      harness.feed("a", SIZE, 2 * SIZE);
      harness.setProcessingTime(3 * MINUTE);
      harness.checkpoint();
      assertThat(taken(harness))
          .extracting(
              draft -> draft.manifest().adaptationStep(), draft -> draft.manifest().parent())
          .containsExactly(tuple(1L, null), tuple(1L, null));
    }
  }

  @Test
  void aStreamThatIsForgottenStartsAHistoryOfItsOwn() throws Exception {
    try (AdaptHarness harness = harness(0, 16, null, 5 * MINUTE)) {
      harness.feed("a", 0, SIZE);
      harness.setProcessingTime(MINUTE);
      harness.checkpoint();
      harness.setProcessingTime(20 * MINUTE);
      harness.feed("a", SIZE, 2 * SIZE);
      harness.setProcessingTime(21 * MINUTE);
      harness.checkpoint();
      assertThat(taken(harness)).hasSize(2);
      assertThat(taken(harness).get(1).manifest().parent()).isNull();
      assertThat(taken(harness).get(1).manifest().adaptationStep()).isEqualTo(1);
    }
  }

  @Test
  void answersAreTheSameWithAndWithoutSnapshots() throws Exception {
    try (AdaptHarness with = harness(0, 1, null);
        AdaptHarness without =
            new AdaptHarness(
                PROGRAM,
                AdaptHarness.options(
                    PROGRAM, new BatchPolicy(false, SIZE, 0), 1, AdaptHarness.MANY))) {
      for (AdaptHarness harness : List.of(with, without)) {
        for (int i = 0; i < 4; i++) {
          harness.setProcessingTime(i * MINUTE);
          harness.feedBoth(i * SIZE, (i + 1) * SIZE);
          harness.checkpoint();
        }
      }
      assertThat(with.predictions()).isEqualTo(without.predictions());
    }
  }

  private static AdaptHarness harness(double least, int most, OperatorSubtaskState checkpoint)
      throws Exception {
    return harness(least, most, checkpoint, 0);
  }

  private static AdaptHarness harness(
      double least, int most, OperatorSubtaskState checkpoint, long idleMillis) throws Exception {
    SnapshotOrigin origin =
        new SnapshotOrigin(
            "test",
            StateConfig.Scope.STREAM,
            PROGRAM.modelVersion(),
            PROGRAM.recipe(),
            new TreeMap<>(PROGRAM.settings()),
            PROGRAM.seed());
    AdaptOptions options =
        new AdaptOptions(
            StateConfig.Scope.STREAM,
            new BatchPolicy(false, SIZE, 0),
            CallPolicy.ONE_BY_ONE,
            1,
            // Only two streams in memory: the others are read back from Flink state.
            new AdaptOptions.States(2, 0, idleMillis, null, false),
            0,
            new AdaptOptions.Watching(true, null, null, 1000),
            new SnapshotOptions(MINUTE, least, most, origin),
            false,
            null,
            new MetricsOptions("test", PROGRAM.recipe(), -1));
    return new AdaptHarness(PROGRAM, options, checkpoint);
  }

  private static List<SnapshotDraft> taken(AdaptHarness harness) {
    List<SnapshotDraft> drafts = new ArrayList<>();
    var output = harness.getSideOutput(AdaptOperator.SNAPSHOTS);
    if (output != null) {
      output.stream().map(StreamRecord::getValue).forEach(drafts::add);
    }
    return drafts;
  }
}
