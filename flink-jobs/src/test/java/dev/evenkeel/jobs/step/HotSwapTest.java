package dev.evenkeel.jobs.step;

import static dev.evenkeel.jobs.testing.Commands.toAll;
import static dev.evenkeel.jobs.testing.Commands.toStream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.evenkeel.adapters.onnx.io.OnnxWriter;
import dev.evenkeel.adapters.testing.FashionVariants;
import dev.evenkeel.jobs.batch.CallPolicy;
import dev.evenkeel.jobs.config.StateConfig;
import dev.evenkeel.jobs.control.Order;
import dev.evenkeel.jobs.metrics.MetricsOptions;
import dev.evenkeel.jobs.snapshots.SnapshotOptions;
import dev.evenkeel.jobs.store.StoreLocation;
import dev.evenkeel.jobs.testing.FashionSamples;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.AuditStatus;
import dev.evenkeel.v1.ControlAction;
import dev.evenkeel.v1.ControlCommand;
import dev.evenkeel.v1.Prediction;
import dev.evenkeel.v1.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another program for streams that go on: at a batch boundary, exactly once, nothing lost. */
class HotSwapTest {
  private static final Map<String, String> SETTINGS = Map.of("normalization.min-batch", "1");
  private static final ProgramFactory PROGRAM = FashionSamples.program("ema-bn", SETTINGS);
  private static final int BATCH = 4;

  @TempDir private Path folder;
  private StoreLocation store;
  private String other;

  @BeforeEach
  void fillStore() throws Exception {
    store = new StoreLocation(folder.resolve("store").toString());
    other =
        OrderDesk.put(store, "fashion-resnet-b", OnnxWriter.toBytes(FashionVariants.biased(0.3f)));
  }

  @Test
  void everyStreamChangesAtABatchOfItsOwnAndNothingIsLost() throws Exception {
    try (OrderDesk desk = desk();
        AdaptHarness harness = harness(PROGRAM, null);
        AdaptHarness fresh = harness(onOther(), null)) {
      harness.feedBoth(0, 6);
      give(harness, desk, swap("1"));
      int fed = feedUntilServed(harness, List.of("a", "b"), 6, other);
      for (String stream : List.of("a", "b")) {
        List<Prediction> answers = of(harness, stream);
        assertThat(answers)
            .extracting(Prediction::getSampleId)
            .containsExactlyElementsOf(
                IntStream.range(0, answers.size()).mapToObj(Integer::toString).toList());
        int first = firstOf(answers, other);
        assertThat(first % BATCH).as("a batch is not torn").isZero();
        assertThat(answers.subList(first, answers.size()))
            .extracting(Prediction::getModelVersion)
            .containsOnly(other);
        fresh.feed(stream, first, fed);
        assertThat(answers.subList(first, answers.size()))
            .as("as if the new model had begun there")
            .isEqualTo(of(fresh, stream));
      }
      assertThat(harness.audit())
          .filteredOn(event -> event.getAction().equals("swap"))
          .allSatisfy(event -> assertThat(event.getStatus()).isEqualTo(AuditStatus.APPLIED))
          .extracting(AuditEvent::getStreamId)
          .containsExactlyInAnyOrder("a", "b");
      assertThat(SharedRuntimes.open()).as("the former program is closed").isEqualTo(1);
    }
    assertThat(SharedRuntimes.open()).isZero();
  }

  @Test
  void aStreamChangesFromTheVeryBatchThatTheCommandNames() throws Exception {
    ControlCommand command = toStream("1", ControlAction.SWAP, "a");
    command.setReference("fashion-resnet-b");
    command.setAtBatch(3L);
    OperatorSubtaskState checkpoint;
    List<Order> orders;
    try (OrderDesk desk = desk();
        AdaptHarness harness = harness(PROGRAM, null)) {
      harness.feedBoth(0, 4);
      orders = desk.take(command);
      harness.order(orders.get(0));
      harness.feedBoth(4, 8);
      checkpoint = harness.checkpoint();
      harness.feedBoth(8, 20);
      assertThat(firstOf(of(harness, "a"), other)).isEqualTo(12);
      assertThat(firstOf(of(harness, "b"), other)).isEqualTo(-1);
    }
    try (AdaptHarness restored = harness(PROGRAM, checkpoint)) {
      restored.feedBoth(8, 20);
      assertThat(firstOf(of(restored, "a"), other)).isEqualTo(4);
      assertThat(restored.audit()).extracting(AuditEvent::getBatch).containsExactly(3L);
    }
  }

  @Test
  void aRestoredJobServesWhatCommandsSaidAndIdleStreamsFollow() throws Exception {
    OperatorSubtaskState checkpoint;
    try (OrderDesk desk = desk();
        AdaptHarness harness = harness(PROGRAM, null)) {
      harness.feedAll(List.of("a", "b", "idle"), 0, 4);
      give(harness, desk, swap("1"));
      // Taken, perhaps not loaded yet, and not obeyed by anyone.
      checkpoint = harness.checkpoint();
    }
    try (AdaptHarness restored = harness(PROGRAM, checkpoint)) {
      restored.feedAll(List.of("a", "new", "idle"), 4, 8);
      assertThat(restored.predictions())
          .extracting(Prediction::getModelVersion)
          .containsOnly(other);
      assertThat(restored.audit())
          .extracting(AuditEvent::getStreamId)
          .containsExactlyInAnyOrder("a", "idle");
    }
    try (AdaptHarness written = harness(onOther(), checkpoint)) {
      written.feed("a", 4, 8);
      assertThat(written.predictions())
          .as("the job file has caught up with the command")
          .extracting(Prediction::getModelVersion)
          .containsOnly(other);
    }
    ProgramFactory third = FashionSamples.program("ema-bn+tent", SETTINGS);
    assertThatThrownBy(() -> harness(third, checkpoint))
        .rootCause()
        .hasMessageContaining("The job file says")
        .hasMessageContaining("state.other-program");
  }

  @Test
  void aStreamTellsOfItsMoveWhoeverBringsItIntoMemory() throws Exception {
    OperatorSubtaskState checkpoint;
    try (OrderDesk desk = desk();
        AdaptHarness harness = harness(PROGRAM, null)) {
      harness.feedAll(List.of("a", "idle"), 0, 4);
      give(harness, desk, swap("1"));
      feedUntilServed(harness, List.of("a"), 4, other);
      // Finds the idle stream in another program than the one that serves.
      give(harness, desk, toAll("2", ControlAction.FREEZE));
      checkpoint = harness.checkpoint();
      assertThat(harness.audit())
          .filteredOn(event -> "idle".equals(event.getStreamId()))
          .allSatisfy(event -> assertThat(event.getModelVersion()).isEqualTo(other))
          .extracting(AuditEvent::getAction)
          .containsExactly("swap", "freeze");
    }
    try (AdaptHarness restored = harness(PROGRAM, checkpoint)) {
      restored.feed("idle", 4, 8);
      assertThat(restored.audit()).as("once").isEmpty();
    }
  }

  @Test
  void changedSettingsKeepTheState() throws Exception {
    ControlCommand command = toAll("1", ControlAction.SET);
    command.setSettings(List.of(new Setting("normalization.momentum", "0.5")));
    try (OrderDesk desk = desk();
        AdaptHarness harness = harness(PROGRAM, null)) {
      harness.feed("a", 0, 8);
      give(harness, desk, command);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                int at = of(harness, "a").size();
                harness.feed("a", at, at + BATCH);
                return !harness.audit().isEmpty();
              });
      assertThat(harness.audit().get(0).getReason()).contains("from the state that it had");
      List<Prediction> answers = of(harness, "a");
      assertThat(answers.get(answers.size() - 1).getAdaptationStep())
          .isEqualTo(answers.size() / BATCH - 1);
    }
  }

  @Test
  void aCanaryServesItsShareUntilItIsTakenBack() throws Exception {
    List<String> streams = IntStream.range(0, 40).mapToObj(i -> "s" + i).toList();
    ControlCommand canary = swap("1");
    canary.setSettings(List.of(new Setting("canary.share", "0.5")));
    ControlCommand back = toAll("2", ControlAction.ROLL_BACK);
    back.setReference("model-before");
    try (OrderDesk desk = desk();
        AdaptHarness harness = harness(PROGRAM, null)) {
      harness.feedAll(streams, 0, 4);
      give(harness, desk, canary);
      int at = feedUntilServed(harness, streams, 4, other);
      harness.feedAll(streams, at, at + BATCH);
      long served =
          streams.stream()
              .filter(stream -> last(harness, stream).getModelVersion().equals(other))
              .count();
      assertThat(served).isBetween(8L, 32L);
      give(harness, desk, back);
      harness.feedAll(streams, at + BATCH, at + 2 * BATCH);
      assertThat(streams)
          .allSatisfy(
              stream ->
                  assertThat(last(harness, stream).getModelVersion())
                      .isEqualTo(PROGRAM.modelVersion()));
      give(harness, desk, toAll("3", ControlAction.PROMOTE));
      assertThat(desk.lastEvent().getReason()).contains("no candidate is on trial");
    }
  }

  @Test
  void aShadowChangesNoAnswerAndLearnsForItsPromotion() throws Exception {
    ControlCommand shadow = swap("1");
    shadow.setSettings(List.of(new Setting("shadow.share", "1")));
    try (OrderDesk desk = desk();
        AdaptHarness harness = harness(PROGRAM, null);
        AdaptHarness undisturbed = harness(PROGRAM, null)) {
      harness.feed("a", 0, 4);
      give(harness, desk, shadow);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                int at = of(harness, "a").size();
                harness.feed("a", at, at + BATCH);
                return SharedRuntimes.open() == 2 && at > 40;
              });
      OperatorSubtaskState checkpoint = harness.checkpoint();
      int end = of(harness, "a").size();
      undisturbed.feed("a", 0, end);
      assertThat(harness.predictions()).isEqualTo(undisturbed.predictions());
      List<Order> promote = desk.take(toAll("2", ControlAction.PROMOTE));
      try (AdaptHarness restored = harness(PROGRAM, checkpoint)) {
        restored.order(promote.get(0));
        restored.feed("a", end, end + BATCH);
        Prediction answer = last(restored, "a");
        assertThat(answer.getModelVersion()).isEqualTo(other);
        assertThat(answer.getAdaptationStep()).as("what it learned unseen").isPositive();
      }
    }
  }

  private OrderDesk desk() throws Exception {
    return new OrderDesk(PROGRAM, store, null);
  }

  private ControlCommand swap(String id) {
    ControlCommand command = toAll(id, ControlAction.SWAP);
    command.setReference("fashion-resnet-b@1");
    return command;
  }

  private static void give(AdaptHarness harness, OrderDesk desk, ControlCommand command)
      throws Exception {
    for (Order order : desk.take(command)) {
      harness.order(order);
    }
  }

  private ProgramFactory onOther() {
    return PROGRAM.with(PROGRAM.spec().onModel(other), ModelFile.inStore(store, other));
  }

  /** Feeds whole batches until the first of the streams is served by a model. */
  private static int feedUntilServed(
      AdaptHarness harness, List<String> streams, int from, String model) throws Exception {
    List<Integer> at = new ArrayList<>(List.of((from + BATCH - 1) / BATCH * BATCH));
    harness.feedAll(streams, from, at.get(0));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              int now = at.get(0);
              harness.feedAll(streams, now, now + BATCH);
              at.set(0, now + BATCH);
              return harness.predictions().stream()
                  .anyMatch(answer -> answer.getModelVersion().equals(model));
            });
    return at.get(0);
  }

  private static List<Prediction> of(AdaptHarness harness, String stream) {
    return harness.predictions().stream()
        .filter(answer -> answer.getStreamId().equals(stream))
        .toList();
  }

  private static Prediction last(AdaptHarness harness, String stream) {
    List<Prediction> answers = of(harness, stream);
    return answers.get(answers.size() - 1);
  }

  private static int firstOf(List<Prediction> answers, String model) {
    return IntStream.range(0, answers.size())
        .filter(i -> answers.get(i).getModelVersion().equals(model))
        .findFirst()
        .orElse(-1);
  }

  private AdaptHarness harness(ProgramFactory program, OperatorSubtaskState checkpoint)
      throws Exception {
    return new AdaptHarness(
        program,
        new AdaptOptions(
            StateConfig.Scope.STREAM,
            OrderDesk.BATCHES,
            CallPolicy.ONE_BY_ONE,
            0,
            AdaptOptions.States.keep(AdaptHarness.MANY),
            0,
            new AdaptOptions.Watching(true, null, null, 1000),
            SnapshotOptions.OFF,
            false,
            store,
            new MetricsOptions("test", program.recipe(), -1)),
        checkpoint);
  }
}
