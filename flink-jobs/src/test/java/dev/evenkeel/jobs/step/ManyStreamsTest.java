package dev.evenkeel.jobs.step;

import static dev.evenkeel.jobs.step.AdaptHarness.MANY;
import static dev.evenkeel.jobs.testing.FashionSamples.sample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.jobs.batch.BatchPolicy;
import dev.evenkeel.jobs.batch.CallPolicy;
import dev.evenkeel.jobs.config.StateConfig;
import dev.evenkeel.jobs.quality.WatchedBatch;
import dev.evenkeel.jobs.testing.FashionSamples;
import dev.evenkeel.v1.Prediction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches of several streams that share calls, and states that several streams share. */
class ManyStreamsTest {
  private static final List<String> STREAMS = List.of("a", "b", "c", "d", "e");
  private static final BatchPolicy BY_FOUR = new BatchPolicy(false, 4, 0);
  private static final CallPolicy TOGETHER = new CallPolicy(256, 16, 2);

  /** Calls of one stream and of several give the same answers, for recipes of every kind. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "unmix-tns",
        "ema-bn",
        "batch-norm",
        "alpha-bn",
        "tent",
        "unmix-tns+lame",
        "rotta"
      })
  void sharedCallsAnswerLikeCallsAlone(String recipe) throws Exception {
    ProgramFactory program = FashionSamples.program(recipe, Map.of("normalization.min-batch", "1"));
    List<Prediction> alone;
    try (AdaptHarness harness =
        new AdaptHarness(program, AdaptHarness.options(program, BY_FOUR, 0.5, MANY))) {
      harness.feedAll(STREAMS, 0, 16);
      alone = harness.predictions();
    }
    try (AdaptHarness harness = new AdaptHarness(program, together(program, TOGETHER, 0.5, MANY))) {
      harness.feedAll(STREAMS, 0, 16);
      harness.setProcessingTime(2);
      assertClose(harness.predictions(), alone);
    }
  }

  @Test
  void aCallWaitsForOtherStreamsButNotForLong() throws Exception {
    ProgramFactory program = FashionSamples.program("unmix-tns");
    try (AdaptHarness harness = new AdaptHarness(program, together(program, TOGETHER, 0, MANY))) {
      harness.setProcessingTime(100);
      harness.feedBoth(0, 4);
      assertThat(harness.predictions()).isEmpty();
      harness.setProcessingTime(101);
      assertThat(harness.predictions()).isEmpty();
      harness.setProcessingTime(102);
      assertThat(harness.predictions()).hasSize(8);
    }
  }

  @Test
  void aFullCallWaitsForNothing() throws Exception {
    ProgramFactory program = FashionSamples.program("unmix-tns");
    CallPolicy ofEight = new CallPolicy(8, 16, 1000);
    CallPolicy ofTwo = new CallPolicy(256, 2, 1000);
    for (CallPolicy policy : List.of(ofEight, ofTwo)) {
      try (AdaptHarness harness = new AdaptHarness(program, together(program, policy, 0, MANY))) {
        harness.feedBoth(0, 4);
        assertThat(harness.predictions()).as("%s", policy).hasSize(8);
      }
    }
  }

  @Test
  void aStreamsNextBatchIsAnsweredAfterItsLast() throws Exception {
    ProgramFactory program = FashionSamples.program("unmix-tns");
    try (AdaptHarness harness = new AdaptHarness(program, together(program, TOGETHER, 0, MANY))) {
      harness.feed("a", 0, 12);
      assertThat(harness.predictions())
          .extracting(Prediction::getSampleId)
          .containsExactly("0", "1", "2", "3", "4", "5", "6", "7");
    }
  }

  /** A barrier ends the wait for other streams, and closes no batch. */
  @Test
  void nothingClosedIsInACheckpoint() throws Exception {
    ProgramFactory program = FashionSamples.program("unmix-tns");
    AdaptOptions options = together(program, TOGETHER, 0, MANY);
    List<Prediction> expected;
    try (AdaptHarness harness =
        new AdaptHarness(program, AdaptHarness.options(program, BY_FOUR, 0, MANY))) {
      harness.feedAll(STREAMS, 0, 16);
      expected = harness.predictions();
    }
    List<Prediction> found = new ArrayList<>();
    OperatorSubtaskState checkpoint;
    try (AdaptHarness harness = new AdaptHarness(program, options)) {
      harness.feedAll(STREAMS, 0, 10);
      checkpoint = harness.checkpoint();
      found.addAll(harness.predictions());
      assertThat(found).hasSize(5 * 8);
    }
    try (AdaptHarness harness = new AdaptHarness(program, options, checkpoint)) {
      harness.feedAll(STREAMS, 10, 16);
      harness.setProcessingTime(2);
      found.addAll(harness.predictions());
    }
    assertClose(found, expected);
  }

  /** The source model answers the streams that it shadows, whoever shares their call. */
  @Test
  void shadowsAreChosenForEachBatch() throws Exception {
    ProgramFactory program = FashionSamples.program("unmix-tns");
    List<Prediction> whole;
    try (AdaptHarness harness = new AdaptHarness(program, together(program, TOGETHER, 1, MANY))) {
      harness.feedAll(STREAMS, 0, 8);
      harness.setProcessingTime(2);
      whole = harness.predictions();
    }
    try (AdaptHarness harness = new AdaptHarness(program, together(program, TOGETHER, 0.5, MANY))) {
      harness.feedAll(STREAMS, 0, 8);
      harness.setProcessingTime(2);
      List<Prediction> half = harness.predictions();
      assertThat(half).extracting(Prediction::getSourceLabel).contains((Integer) null);
      assertThat(half).anySatisfy(answer -> assertThat(answer.getSourceLabel()).isNotNull());
      for (int i = 0; i < half.size(); i++) {
        if (half.get(i).getSourceLabel() != null) {
          assertThat(half.get(i).getSourceLabel()).isEqualTo(whole.get(i).getSourceLabel());
        }
      }
    }
  }

  @Test
  void streamsOfAGroupShareAState() throws Exception {
    ProgramFactory program = FashionSamples.program("unmix-tns");
    AdaptationKey bySite = new AdaptationKey(StateConfig.Scope.GROUP, "site");
    AdaptOptions options = AdaptHarness.options(program, BY_FOUR, 1, MANY);
    try (AdaptHarness harness = new AdaptHarness(program, options, bySite, null)) {
      for (int i = 0; i < 4; i++) {
        harness.processElement(sample("a", i, Map.of("site", "north")));
        harness.processElement(sample("b", i, Map.of("site", "north")));
        harness.processElement(sample("c", i, Map.of("site", "south")));
      }
      List<Prediction> north =
          harness.predictions().stream()
              .filter(answer -> !answer.getStreamId().equals("c"))
              .toList();
      assertThat(north).hasSize(8);
      assertThat(north)
          .extracting(Prediction::getAdaptationStep)
          .containsExactly(0L, 0L, 0L, 0L, 1L, 1L, 1L, 1L);

      List<WatchedBatch> notes =
          harness.getSideOutput(AdaptOperator.WATCHED).stream()
              .map(StreamRecord::getValue)
              .toList();
      assertThat(notes).as("one for each stream of a batch").hasSize(5);
      for (WatchedBatch note : notes) {
        for (int i = 0; i < note.sampleIds().size(); i++) {
          Prediction answer = find(harness.predictions(), note.streamId(), note.sampleIds().get(i));
          assertThat(note.batch().emitted().labels()[i]).isEqualTo(answer.getLabel());
          assertThat(note.batch().source().labels()[i]).isEqualTo(answer.getSourceLabel());
          assertThat(note.batch().emitted().confidences()[i])
              .isEqualTo(answer.getConfidence(), within(1e-6f));
        }
      }
    }
  }

  @Test
  void oneStateForAllStreams() throws Exception {
    ProgramFactory program = FashionSamples.program("unmix-tns");
    AdaptationKey forAll = new AdaptationKey(StateConfig.Scope.ALL, null);
    AdaptOptions options = AdaptHarness.options(program, BY_FOUR, 0, MANY);
    try (AdaptHarness harness = new AdaptHarness(program, options, forAll, null)) {
      harness.feedAll(STREAMS, 0, 4);
      assertThat(harness.predictions())
          .extracting(Prediction::getAdaptationStep)
          .endsWith(4L)
          .hasSize(20);
    }
  }

  /** One instance becomes four and then two: every stream goes on where it was. */
  @Test
  void everyStreamSurvivesAChangeOfParallelism() throws Exception {
    ProgramFactory program = FashionSamples.program("unmix-tns");
    AdaptOptions options = AdaptHarness.options(program, BY_FOUR, 0, MANY);
    List<Prediction> expected;
    try (AdaptHarness harness = new AdaptHarness(program, options)) {
      harness.feedAll(STREAMS, 0, 30);
      expected = harness.predictions();
    }
    List<Prediction> found = new ArrayList<>();
    List<OperatorSubtaskState> parts = rescaled(program, options, List.of(), 1, 0, 10, found);
    parts = rescaled(program, options, parts, 4, 10, 20, found);
    rescaled(program, options, parts, 2, 20, 30, found);
    Comparator<Prediction> order =
        Comparator.comparing(Prediction::getStreamId)
            .thenComparing(answer -> Integer.valueOf(answer.getSampleId()));
    assertThat(found.stream().sorted(order).toList())
        .isEqualTo(expected.stream().sorted(order).toList());
  }

  private static List<OperatorSubtaskState> rescaled(
      ProgramFactory program,
      AdaptOptions options,
      List<OperatorSubtaskState> before,
      int parallelism,
      int from,
      int to,
      List<Prediction> answers)
      throws Exception {
    OperatorSubtaskState all =
        before.isEmpty()
            ? null
            : AbstractStreamOperatorTestHarness.repackageState(
                before.toArray(OperatorSubtaskState[]::new));
    List<OperatorSubtaskState> after = new ArrayList<>();
    for (int instance = 0; instance < parallelism; instance++) {
      OperatorSubtaskState own =
          all == null
              ? null
              : AbstractStreamOperatorTestHarness.repartitionOperatorState(
                  all, AdaptHarness.KEY_GROUPS, before.size(), parallelism, instance);
      try (AdaptHarness harness = new AdaptHarness(program, options, own, parallelism, instance)) {
        for (int i = from; i < to; i++) {
          for (String stream : STREAMS) {
            if (harness.owns(stream)) {
              harness.feed(stream, i, i + 1);
            }
          }
        }
        after.add(harness.checkpoint());
        answers.addAll(harness.predictions());
      }
    }
    return after;
  }

  private static AdaptOptions together(
      ProgramFactory program, CallPolicy calls, double shadow, int maxLive) {
    return AdaptHarness.options(program, BY_FOUR, calls, shadow, AdaptOptions.States.keep(maxLive));
  }

  private static Prediction find(List<Prediction> answers, String stream, String sample) {
    return answers.stream()
        .filter(a -> a.getStreamId().equals(stream) && a.getSampleId().equals(sample))
        .findFirst()
        .orElseThrow();
  }

  /** The same answers in each stream's order, probabilities within 1e-5. */
  private static void assertClose(List<Prediction> found, List<Prediction> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (String stream : STREAMS) {
      List<Prediction> own = of(found, stream);
      List<Prediction> wanted = of(expected, stream);
      assertThat(own)
          .extracting(Prediction::getSampleId)
          .containsExactlyElementsOf(wanted.stream().map(Prediction::getSampleId).toList());
      for (int i = 0; i < own.size(); i++) {
        assertThat(own.get(i).getLabel()).isEqualTo(wanted.get(i).getLabel());
        assertThat(own.get(i).getAdaptationStep()).isEqualTo(wanted.get(i).getAdaptationStep());
        assertThat(own.get(i).getSourceLabel()).isEqualTo(wanted.get(i).getSourceLabel());
        for (int y = 0; y < wanted.get(i).getProbabilities().size(); y++) {
          assertThat(own.get(i).getProbabilities().get(y))
              .isEqualTo(wanted.get(i).getProbabilities().get(y), within(1e-5f));
        }
      }
    }
  }

  private static List<Prediction> of(List<Prediction> answers, String stream) {
    return answers.stream().filter(answer -> answer.getStreamId().equals(stream)).toList();
  }
}
