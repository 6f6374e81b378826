package dev.evenkeel.jobs.step;

import static dev.evenkeel.jobs.testing.Commands.toStream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.evenkeel.jobs.batch.BatchPolicy;
import dev.evenkeel.jobs.testing.FashionSamples;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.ControlAction;
import dev.evenkeel.v1.Prediction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Labels in the operator: what guards do who are told of them. */
class LabelledStreamsTest {
  private static final int BATCH = 4;
  private static final int END = 72;

  /** Only labels decide; a fifth of the window has to be labelled. */
  private static final Map<String, String> BY_LABELS =
      Map.of(
          "guards.enabled", "true",
          "guards.accuracy.action", "off",
          "guards.order.action", "off",
          "guards.disagreement.action", "off",
          "guards.diversity.action", "off",
          "guards.agreement.action", "off",
          "guards.entropy.action", "off",
          "guards.live-accuracy.window", "40",
          "guards.restart-after", "0");

  private static final ProgramFactory PROGRAM = FashionSamples.program("ema-bn", BY_LABELS);

  /** What both models answer to the samples of a stream: no label came, so no guard acted. */
  private static List<Prediction> unlabelled;

  /** What a label says. */
  private enum Truth {
    AS_ADAPTED,
    AS_SOURCE
  }

  @BeforeAll
  static void answerWithoutLabels() throws Exception {
    try (AdaptHarness harness = harness(PROGRAM, AdaptHarness.MANY, null)) {
      harness.feed("a", 0, END);
      assertThat(harness.audit()).isEmpty();
      unlabelled = harness.predictions();
      assertThat(unlabelled).anyMatch(answer -> answer.getLabel() != answer.getSourceLabel());
    }
  }

  @Test
  void theSourceModelAnswersFromTheBatchAfterItsLabelsUntilOthersSayOtherwise() throws Exception {
    try (AdaptHarness harness = harness(PROGRAM, AdaptHarness.MANY, null)) {
      harness.feed("a", 0, 32);
      label(harness, "a", 0, 32, Truth.AS_SOURCE);
      assertThat(harness.audit()).isEmpty();
      harness.feed("a", 32, 64);
      assertThat(fallBackOf(harness).getFigures().get("value"))
          .isEqualTo(-differences(0, 32) / 32.0);
      assertThat(fallBackOf(harness).getReason()).contains("accuracy on labels");
      // Of samples to which the source model's answers left: the others are remembered too.
      label(harness, "a", 32, 64, Truth.AS_ADAPTED);
      harness.feed("a", 64, END);

      assertThat(actions(harness))
          .containsExactly(
              tuple("fall-back", "live-accuracy", 8L), tuple("resume", "live-accuracy", 16L));
      List<Prediction> answers = harness.predictions();
      assertThat(labels(answers, 0, 32)).isEqualTo(labels(unlabelled, 0, 32));
      assertThat(answers.subList(32, 64))
          .allSatisfy(answer -> assertThat(answer.getLabel()).isEqualTo(answer.getSourceLabel()));
      assertThat(labels(answers, 64, END)).isEqualTo(labels(unlabelled, 64, END));
    }
  }

  @Test
  void aRestoredStreamKnowsItsAnswersAndItsLabels() throws Exception {
    OperatorSubtaskState labelled;
    OperatorSubtaskState fallen;
    try (AdaptHarness harness = harness(PROGRAM, AdaptHarness.MANY, null)) {
      harness.feed("a", 0, 32);
      label(harness, "a", 0, 32, Truth.AS_SOURCE);
      labelled = harness.checkpoint();
      harness.feed("a", 32, 64);
      fallen = harness.checkpoint();
      label(harness, "a", 32, 64, Truth.AS_ADAPTED);
      harness.feed("a", 64, END);
      try (AdaptHarness restored = harness(PROGRAM, AdaptHarness.MANY, labelled)) {
        restored.feed("a", 32, 64);
        label(restored, "a", 32, 64, Truth.AS_ADAPTED);
        restored.feed("a", 64, END);
        assertThat(restored.predictions()).isEqualTo(harness.predictions().subList(32, END));
        assertThat(actions(restored)).isEqualTo(actions(harness));
      }
      try (AdaptHarness restored = harness(PROGRAM, AdaptHarness.MANY, fallen)) {
        label(restored, "a", 32, 64, Truth.AS_ADAPTED);
        restored.feed("a", 64, END);
        assertThat(restored.predictions()).isEqualTo(harness.predictions().subList(64, END));
        assertThat(actions(restored)).isEqualTo(actions(harness).subList(1, 2));
      }
    }
  }

  /** Each stream goes to Flink's state and comes back with every batch of the other. */
  @Test
  void streamsThatShareOnePlaceInMemoryKeepTheirLabelsApart() throws Exception {
    try (AdaptHarness harness = harness(PROGRAM, 1, null)) {
      harness.feedBoth(0, 32);
      label(harness, "a", 0, 32, Truth.AS_SOURCE);
      label(harness, "b", 0, 32, Truth.AS_ADAPTED);
      label(harness, "c", 0, 32, Truth.AS_SOURCE);
      harness.feedBoth(32, 40);
      assertThat(harness.audit())
          .extracting(AuditEvent::getStreamId, AuditEvent::getAction)
          .containsExactly(tuple("a", "fall-back"));
      assertThat(fallBackOf(harness).getFigures().get("value"))
          .isEqualTo(-differences(0, 32) / 32.0);
    }
  }

  @Test
  void labelsCountOnlyForTheAnswersThatAreRemembered() throws Exception {
    Map<String, String> few = new HashMap<>(BY_LABELS);
    few.put("guards.live-accuracy.remembered", "16");
    ProgramFactory program = FashionSamples.program("ema-bn", few);
    try (AdaptHarness harness = harness(program, AdaptHarness.MANY, null)) {
      // Labels before their answers are not kept; those of the oldest answers come too late.
      label(harness, "a", 16, 32, Truth.AS_SOURCE);
      harness.feed("a", 0, 32);
      label(harness, "a", 0, 16, Truth.AS_SOURCE);
      harness.feed("a", 32, 36);
      assertThat(harness.audit()).isEmpty();
      label(harness, "a", 0, 36, Truth.AS_SOURCE);
      harness.feed("a", 36, 40);
      assertThat(fallBackOf(harness).getFigures().get("value"))
          .isEqualTo(-differences(20, 36) / 16.0);
    }
  }

  @Test
  void whatAStateAnsweredThatWasGivenUpCountsNoMore() throws Exception {
    try (AdaptHarness harness = harness(PROGRAM, AdaptHarness.MANY, null)) {
      harness.feed("a", 0, 32);
      label(harness, "a", 0, 16, Truth.AS_SOURCE);
      harness.command(toStream("1", ControlAction.RESET, "a"));
      label(harness, "a", 16, 32, Truth.AS_SOURCE);
      harness.feed("a", 32, 40);
      assertThat(harness.audit()).extracting(AuditEvent::getAction).containsExactly("reset");
    }
  }

  @Test
  void aGuardThatResetsTheStateForgetsWhatItAnswered() throws Exception {
    Map<String, String> resetting = new HashMap<>(BY_LABELS);
    resetting.put("guards.live-accuracy.action", "reset");
    ProgramFactory program = FashionSamples.program("ema-bn", resetting);
    try (AdaptHarness harness = harness(program, AdaptHarness.MANY, null)) {
      harness.feed("a", 0, 32);
      label(harness, "a", 0, 16, Truth.AS_SOURCE);
      harness.feed("a", 32, 36);
      label(harness, "a", 16, 36, Truth.AS_SOURCE);
      harness.feed("a", 36, 44);
      assertThat(actions(harness)).containsExactly(tuple("reset", "live-accuracy", 8L));
    }
  }

  @Test
  void aFrozenStreamIsJudgedByItsLabelsOnceItIsResumed() throws Exception {
    try (AdaptHarness harness = harness(PROGRAM, AdaptHarness.MANY, null)) {
      harness.feed("a", 0, 32);
      harness.command(toStream("1", ControlAction.FREEZE, "a"));
      label(harness, "a", 0, 32, Truth.AS_SOURCE);
      harness.feed("a", 32, 40);
      harness.command(toStream("2", ControlAction.RESUME, "a"));
      harness.feed("a", 40, 44);
      assertThat(harness.audit())
          .extracting(AuditEvent::getAction, AuditEvent::getBatch)
          .containsExactly(tuple("freeze", 8L), tuple("resume", 10L), tuple("fall-back", 10L));
    }
  }

  /** As in a job with deterministic batches. */
  @Test
  void aStepThatIsNotToReadLabelsDoesNothingWithThem() throws Exception {
    try (AdaptHarness harness =
        new AdaptHarness(PROGRAM, options(PROGRAM, AdaptHarness.MANY), null)) {
      harness.feed("a", 0, 32);
      label(harness, "a", 0, 32, Truth.AS_SOURCE);
      harness.feed("a", 32, END);
      assertThat(harness.audit()).isEmpty();
      assertThat(labels(harness.predictions(), 0, END)).isEqualTo(labels(unlabelled, 0, END));
    }
  }

  /** Sends labels that say that one of both models is right with all samples. */
  private static void label(AdaptHarness harness, String stream, int from, int to, Truth truth)
      throws Exception {
    for (int i = from; i < to; i++) {
      Prediction answer = unlabelled.get(i);
      harness.label(
          stream, i, truth == Truth.AS_SOURCE ? answer.getSourceLabel() : answer.getLabel());
      // Once more, and of a class that no model knows.
      harness.label(stream, i, -1);
      harness.label(stream, i, answer.getLabel());
    }
  }

  private static long differences(int from, int to) {
    return unlabelled.subList(from, to).stream()
        .filter(answer -> answer.getLabel() != answer.getSourceLabel())
        .count();
  }

  private static AuditEvent fallBackOf(AdaptHarness harness) {
    assertThat(harness.audit()).hasSize(1);
    assertThat(harness.audit().get(0).getAction()).isEqualTo("fall-back");
    return harness.audit().get(0);
  }

  private static List<Tuple> actions(AdaptHarness harness) {
    return harness.audit().stream()
        .map(event -> tuple(event.getAction(), event.getCause(), event.getBatch()))
        .toList();
  }

  private static List<Integer> labels(List<Prediction> answers, int from, int to) {
    return answers.subList(from, to).stream().map(Prediction::getLabel).toList();
  }

  private static AdaptHarness harness(
      ProgramFactory program, int maxLive, OperatorSubtaskState checkpoint) throws Exception {
    return new AdaptHarness(
        program, AdaptHarness.withLabels(options(program, maxLive)), checkpoint);
  }

  private static AdaptOptions options(ProgramFactory program, int maxLive) {
    return AdaptHarness.options(program, new BatchPolicy(false, BATCH, 0), 0, maxLive);
  }
}
