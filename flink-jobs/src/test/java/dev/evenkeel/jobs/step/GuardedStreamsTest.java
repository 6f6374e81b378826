package dev.evenkeel.jobs.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.evenkeel.jobs.batch.BatchPolicy;
import dev.evenkeel.jobs.testing.FashionSamples;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.AuditStatus;
import dev.evenkeel.v1.Outcome;
import dev.evenkeel.v1.Prediction;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** What guards do in the operator: what leaves, and what is written down. */
class GuardedStreamsTest {
  private static final int BATCH = 4;

  /** Guards of which one is alarmed by every batch. */
  private static final Map<String, String> ALARMED =
      Map.of(
          "guards.enabled", "true",
          "guards.accuracy.action", "off",
          "guards.order.action", "off",
          "guards.agreement.action", "off",
          "guards.entropy.action", "off",
          "guards.diversity.threshold", "100",
          "guards.diversity.window", "1",
          "guards.restart-after", "12");

  private static final ProgramFactory PROGRAM = FashionSamples.program("ema-bn", ALARMED);

  @Test
  void whatAGuardDoesIsOnTheAuditTopicWithItsReasonAndFigures() throws Exception {
    try (AdaptHarness harness = harness(null)) {
      harness.feed("a", 0, 12);
      assertThat(harness.audit())
          .extracting(
              AuditEvent::getStreamId,
              AuditEvent::getAction,
              AuditEvent::getCause,
              AuditEvent::getBatch,
              AuditEvent::getAdaptationStep)
          .containsExactly(
              tuple("a", "fall-back", "diversity", 0L, 0L),
              tuple("a", "reset", "diversity", 2L, 2L));
      AuditEvent first = harness.audit().get(0);
      assertThat(first.getStatus()).isEqualTo(AuditStatus.APPLIED);
      assertThat(first.getReason()).contains("effective classes").contains("source model answers");
      assertThat(first.getFigures()).containsEntry("threshold", 100.0).containsKey("value");
      assertThat(harness.audit()).extracting(AuditEvent::getEventId).doesNotHaveDuplicates();
    }
  }

  @Test
  void theSourceModelAnswersWhereAGuardFallsBackAlsoWithoutShadow() throws Exception {
    try (AdaptHarness harness = harness(null)) {
      harness.feed("a", 0, 8);
      assertThat(harness.predictions())
          .hasSize(8)
          .allSatisfy(answer -> assertThat(answer.getSourceLabel()).isEqualTo(answer.getLabel()));
      assertThat(harness.predictions())
          .extracting(Prediction::getOutcome)
          .containsOnly(Outcome.ADAPTED);
    }
  }

  @Test
  void aRestoredStreamKnowsThatItFellBack() throws Exception {
    OperatorSubtaskState checkpoint;
    try (AdaptHarness harness = harness(null)) {
      harness.feed("a", 0, 8);
      checkpoint = harness.checkpoint();
      harness.feed("a", 8, 16);
      try (AdaptHarness restored = harness(checkpoint)) {
        restored.feed("a", 8, 16);
        assertThat(restored.predictions()).isEqualTo(harness.predictions().subList(8, 16));
        assertThat(restored.audit())
            .extracting(AuditEvent::getAction, AuditEvent::getBatch)
            .containsExactly(tuple("reset", 2L));
      }
    }
  }

  /** The first guard freezes the state, the second needs three batches to judge. */
  @Test
  void guardsGoOnWatchingAStateThatOneOfThemFroze() throws Exception {
    Map<String, String> settings = new HashMap<>(ALARMED);
    settings.put("guards.diversity.action", "freeze");
    settings.put("guards.entropy.action", "warn");
    settings.put("guards.entropy.threshold", "100");
    settings.put("guards.entropy.window", "12");
    ProgramFactory program = FashionSamples.program("ema-bn", settings);
    // Each stream is written to Flink's state, and read again, with every batch.
    try (AdaptHarness harness = harness(program, 1, null)) {
      harness.feedBoth(0, 16);
      assertThat(harness.audit())
          .filteredOn(event -> event.getStreamId().equals("a"))
          .extracting(AuditEvent::getAction, AuditEvent::getCause, AuditEvent::getBatch)
          .containsExactly(tuple("freeze", "diversity", 0L), tuple("warn", "entropy", 2L));
      assertThat(harness.predictions())
          .extracting(Prediction::getAdaptationStep)
          .containsOnly(0L, 1L);
    }
  }

  private static AdaptHarness harness(OperatorSubtaskState checkpoint) throws Exception {
    return harness(PROGRAM, AdaptHarness.MANY, checkpoint);
  }

  private static AdaptHarness harness(
      ProgramFactory program, int maxLive, OperatorSubtaskState checkpoint) throws Exception {
    return new AdaptHarness(
        program,
        AdaptHarness.options(program, new BatchPolicy(false, BATCH, 0), 0, maxLive),
        checkpoint);
  }
}
