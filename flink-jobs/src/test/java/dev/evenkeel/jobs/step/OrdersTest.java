package dev.evenkeel.jobs.step;

import static dev.evenkeel.jobs.testing.Commands.toAll;
import static dev.evenkeel.jobs.testing.Commands.toStream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.evenkeel.jobs.batch.BatchPolicy;
import dev.evenkeel.jobs.testing.FashionSamples;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.AuditStatus;
import dev.evenkeel.v1.ControlAction;
import dev.evenkeel.v1.ControlCommand;
import dev.evenkeel.v1.Outcome;
import dev.evenkeel.v1.Prediction;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** Commands to the operator: at batch boundaries, to whom they are addressed, exactly once. */
class OrdersTest {
  private static final ProgramFactory PROGRAM =
      FashionSamples.program("ema-bn+tent", Map.of("normalization.min-batch", "1"));
  private static final int BATCH = 4;

  @Test
  void aFrozenStreamAnswersWithoutAdaptingUntilItIsResumed() throws Exception {
    try (AdaptHarness harness = harness(null)) {
      harness.feedBoth(0, 8);
      harness.command(toStream("1", ControlAction.FREEZE, "a"));
      harness.feedBoth(8, 16);
      harness.command(toStream("2", ControlAction.RESUME, "a"));
      harness.feedBoth(16, 20);

      assertThat(steps(harness, "a")).containsExactly(0L, 1L, 2L, 2L, 2L);
      assertThat(outcomes(harness, "a"))
          .containsExactly(
              Outcome.ADAPTED, Outcome.ADAPTED, Outcome.SKIPPED, Outcome.SKIPPED, Outcome.ADAPTED);
      assertThat(steps(harness, "b")).containsExactly(0L, 1L, 2L, 3L, 4L);
      assertThat(harness.audit())
          .extracting(AuditEvent::getCommandId, AuditEvent::getAction, AuditEvent::getBatch)
          .containsExactly(tuple("1", "freeze", 2L), tuple("2", "resume", 4L));
    }
  }

  @Test
  void aResetStreamGoesOnLikeANewOne() throws Exception {
    try (AdaptHarness harness = harness(null);
        AdaptHarness fresh = harness(null)) {
      harness.feed("a", 0, 8);
      harness.command(toStream("1", ControlAction.RESET, "a"));
      harness.feed("a", 8, 16);
      fresh.feed("a", 8, 16);
      assertThat(harness.predictions().subList(8, 16)).isEqualTo(fresh.predictions());
    }
  }

  @Test
  void anOpenBatchIsNotTornByACommand() throws Exception {
    try (AdaptHarness harness = harness(null)) {
      harness.feed("a", 0, 4 + 3);
      harness.command(toStream("1", ControlAction.FREEZE, "a"));
      harness.feed("a", 7, 8);
      assertThat(outcomes(harness, "a")).containsExactly(Outcome.ADAPTED, Outcome.SKIPPED);
    }
  }

  @Test
  void aCommandForABatchWaitsForItAlsoThroughACheckpoint() throws Exception {
    ControlCommand later = toStream("1", ControlAction.FREEZE, "a");
    later.setAtBatch(3L);
    OperatorSubtaskState checkpoint;
    try (AdaptHarness harness = harness(null)) {
      harness.feed("a", 0, 4);
      harness.command(later);
      harness.feed("a", 4, 8);
      assertThat(harness.audit()).isEmpty();
      checkpoint = harness.checkpoint();
    }
    try (AdaptHarness restored = harness(checkpoint)) {
      restored.feed("a", 8, 20);
      assertThat(outcomes(restored, "a"))
          .containsExactly(Outcome.ADAPTED, Outcome.SKIPPED, Outcome.SKIPPED);
      assertThat(restored.audit()).extracting(AuditEvent::getBatch).containsExactly(3L);
    }
  }

  @Test
  void aCommandToAllReachesStreamsInStateAndStreamsToCome() throws Exception {
    OperatorSubtaskState checkpoint;
    try (AdaptHarness harness = harness(null, 1)) {
      harness.feedAll(List.of("a", "b", "c"), 0, 4);
      harness.command(toAll("1", ControlAction.FREEZE));
      assertThat(harness.audit())
          .extracting(AuditEvent::getStreamId)
          .containsExactly("a", "b", "c");
      checkpoint = harness.checkpoint();
    }
    try (AdaptHarness restored = harness(checkpoint, 1)) {
      restored.feedAll(List.of("a", "new"), 4, 8);
      assertThat(restored.predictions())
          .extracting(Prediction::getOutcome)
          .containsOnly(Outcome.SKIPPED);
      restored.command(toStream("2", ControlAction.RESUME, "a"));
      restored.feedAll(List.of("a", "c"), 8, 12);
      assertThat(outcomes(restored, "a")).containsExactly(Outcome.SKIPPED, Outcome.ADAPTED);
      assertThat(outcomes(restored, "c")).containsExactly(Outcome.SKIPPED);
    }
  }

  @Test
  void onlyTheInstanceOfAStreamObeysAndNobodyObeysForAnUnknownOne() throws Exception {
    int refusals = 0;
    for (int instance = 0; instance < 2; instance++) {
      AdaptHarness harness =
          new AdaptHarness(PROGRAM, options(AdaptHarness.MANY), null, 2, instance);
      harness.command(toStream("1", ControlAction.RESET, "nobody"));
      refusals += harness.audit().size();
      assertThat(harness.audit())
          .allSatisfy(
              event -> {
                assertThat(event.getStatus()).isEqualTo(AuditStatus.REFUSED);
                assertThat(event.getReason()).contains("'nobody' is unknown here");
              });
      harness.close();
    }
    assertThat(refusals).isEqualTo(1);
  }

  private static List<Long> steps(AdaptHarness harness, String stream) {
    return firstOfBatches(harness, stream).stream().map(Prediction::getAdaptationStep).toList();
  }

  private static List<Outcome> outcomes(AdaptHarness harness, String stream) {
    return firstOfBatches(harness, stream).stream().map(Prediction::getOutcome).toList();
  }

  private static List<Prediction> firstOfBatches(AdaptHarness harness, String stream) {
    return harness.predictions().stream()
        .filter(answer -> answer.getStreamId().equals(stream))
        .filter(answer -> Integer.parseInt(answer.getSampleId()) % BATCH == 0)
        .toList();
  }

  private static AdaptHarness harness(OperatorSubtaskState checkpoint) throws Exception {
    return harness(checkpoint, AdaptHarness.MANY);
  }

  private static AdaptHarness harness(OperatorSubtaskState checkpoint, int maxLive)
      throws Exception {
    return new AdaptHarness(PROGRAM, options(maxLive), checkpoint);
  }

  private static AdaptOptions options(int maxLive) {
    return AdaptHarness.options(PROGRAM, new BatchPolicy(false, BATCH, 0), 0, maxLive);
  }
}
