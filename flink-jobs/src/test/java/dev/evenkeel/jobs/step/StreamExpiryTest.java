package dev.evenkeel.jobs.step;

import static dev.evenkeel.jobs.step.AdaptHarness.MANY;
import static dev.evenkeel.jobs.testing.FashionSamples.sample;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateDictSerializer;
import dev.evenkeel.jobs.batch.BatchPolicy;
import dev.evenkeel.jobs.batch.CallPolicy;
import dev.evenkeel.jobs.io.StreamSample;
import dev.evenkeel.jobs.testing.FashionSamples;
import dev.evenkeel.v1.Prediction;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** Where states come from and when they go. */
class StreamExpiryTest {
  private static final ProgramFactory UNMIX = FashionSamples.program("unmix-tns");
  private static final BatchPolicy BY_FOUR = new BatchPolicy(false, 4, 0);
  private static final BatchPolicy BY_EVENT_TIME = new BatchPolicy(true, 4, 0);

  @Test
  void anIdleStreamStartsAnew() throws Exception {
    try (AdaptHarness harness = harness(BY_FOUR, idleAfter(1000), null)) {
      harness.setProcessingTime(10);
      harness.feed("a", 0, 4);
      harness.setProcessingTime(900);
      harness.feed("a", 4, 8);
      harness.setProcessingTime(1899);
      harness.feed("b", 0, 4);
      harness.checkpoint();
      assertThat(harness.numKeyedStateEntries()).as("state, usage, control of two").isEqualTo(6);
      harness.setProcessingTime(1900);
      assertThat(harness.numKeyedStateEntries()).isEqualTo(3);
      harness.feed("a", 8, 12);
      assertThat(steps(harness)).containsExactly(0L, 1L, 0L, 0L);
    }
  }

  @Test
  void aStreamWithOpenSamplesIsNotForgotten() throws Exception {
    try (AdaptHarness harness = harness(BY_FOUR, idleAfter(1000), null)) {
      harness.setProcessingTime(0);
      harness.feed("a", 0, 6);
      harness.setProcessingTime(5000);
      harness.feed("a", 6, 8);
      assertThat(steps(harness)).containsExactly(0L, 1L);
    }
  }

  @Test
  void anIdleCheckSurvivesARestart() throws Exception {
    OperatorSubtaskState checkpoint;
    try (AdaptHarness harness = harness(BY_FOUR, idleAfter(1000), null)) {
      harness.setProcessingTime(10);
      harness.feed("a", 0, 4);
      checkpoint = harness.checkpoint();
    }
    try (AdaptHarness harness = harness(BY_FOUR, idleAfter(1000), checkpoint)) {
      harness.setProcessingTime(1010);
      harness.feed("a", 4, 8);
      assertThat(steps(harness)).containsExactly(0L);
    }
  }

  @Test
  void withoutATimeoutNothingIsForgottenNotEvenWhatAnEarlierRunWouldHave() throws Exception {
    OperatorSubtaskState checkpoint;
    try (AdaptHarness harness = harness(BY_FOUR, idleAfter(1000), null)) {
      harness.setProcessingTime(10);
      harness.feed("a", 0, 4);
      checkpoint = harness.checkpoint();
    }
    try (AdaptHarness harness = harness(BY_FOUR, idleAfter(0), checkpoint)) {
      harness.setProcessingTime(100_000);
      harness.feed("a", 4, 8);
      assertThat(steps(harness)).containsExactly(1L);
    }
  }

  /** The clock has no say; the stream's own event times have. */
  @Test
  void deterministicBatchesForgetByEventTime() throws Exception {
    try (AdaptHarness harness = harness(BY_EVENT_TIME, idleAfter(1000), null)) {
      harness.feed("a", 0, 4);
      harness.setProcessingTime(1_000_000);
      harness.feed("a", 4, 8);
      for (int i = 8; i < 12; i++) {
        harness.processElement(at(sample("a", i), 1007 + i));
      }
      assertThat(steps(harness)).containsExactly(0L, 1L, 0L);
      assertThat(harness.numProcessingTimeTimers()).isZero();
    }
  }

  @Test
  void theLongestIdleGoesFirstWhereThereAreTooMany() throws Exception {
    AdaptOptions.States two = new AdaptOptions.States(MANY, 2, 0, null, false);
    OperatorSubtaskState checkpoint;
    try (AdaptHarness harness = harness(BY_FOUR, two, null)) {
      harness.setProcessingTime(1);
      harness.feed("a", 0, 4);
      harness.setProcessingTime(2);
      harness.feed("b", 0, 4);
      harness.setProcessingTime(3);
      harness.feed("a", 4, 8);
      checkpoint = harness.checkpoint();
    }
    try (AdaptHarness harness = harness(BY_FOUR, two, checkpoint)) {
      harness.setProcessingTime(4);
      harness.feed("c", 0, 4);
      harness.feed("a", 8, 12);
      harness.feed("b", 4, 8);
      assertThat(steps(harness)).as("c is new, a is known, b is not").containsExactly(0L, 2L, 0L);
    }
  }

  @Test
  void newStreamsMayStartFromAGivenState() throws Exception {
    StateDict own = UNMIX.compile().initialState();
    List<Prediction> fromSource = firstAnswers(AdaptOptions.States.keep(MANY));
    byte[] same = StateDictSerializer.toBytes(own);
    assertThat(firstAnswers(new AdaptOptions.States(MANY, 0, 0, same, false)))
        .as("the program's own state, given")
        .isEqualTo(fromSource);
    byte[] other = StateDictSerializer.toBytes(moved(own));
    assertThat(firstAnswers(new AdaptOptions.States(MANY, 0, 0, other, false)))
        .extracting(Prediction::getConfidence)
        .isNotEqualTo(fromSource.stream().map(Prediction::getConfidence).toList());
  }

  @Test
  void stateOfAnotherProgramIsReplacedWhereThatIsAskedFor() throws Exception {
    OperatorSubtaskState checkpoint;
    try (AdaptHarness harness = harness(BY_FOUR, AdaptOptions.States.keep(MANY), null)) {
      harness.feed("a", 0, 6);
      checkpoint = harness.checkpoint();
    }
    ProgramFactory other = FashionSamples.program("ema-bn");
    AdaptOptions restarting =
        AdaptHarness.options(
            other,
            BY_FOUR,
            CallPolicy.ONE_BY_ONE,
            0,
            new AdaptOptions.States(MANY, 0, 0, null, true));
    try (AdaptHarness harness = new AdaptHarness(other, restarting, checkpoint)) {
      harness.feed("a", 6, 8);
      assertThat(harness.predictions())
          .extracting(Prediction::getSampleId)
          .as("open samples are answered")
          .containsExactly("4", "5", "6", "7");
      assertThat(steps(harness)).containsExactly(0L);
    }
  }

  private static StateDict moved(StateDict state) {
    float[] means = state.get("norm.means").toFloats();
    for (int i = 0; i < means.length; i++) {
      means[i] += 0.1f;
    }
    return state.with(
        Map.of("norm.means", Tensor.ofFloats(state.get("norm.means").shape(), means)));
  }

  private static List<Prediction> firstAnswers(AdaptOptions.States states) throws Exception {
    try (AdaptHarness harness = harness(BY_FOUR, states, null)) {
      harness.feed("new", 0, 4);
      return harness.predictions();
    }
  }

  private static StreamSample at(StreamSample sample, long eventTime) {
    return new StreamSample(
        sample.streamId(),
        sample.sampleId(),
        eventTime,
        sample.recordTime(),
        sample.dtype(),
        sample.payload(),
        sample.attributes());
  }

  private static AdaptOptions.States idleAfter(long millis) {
    return new AdaptOptions.States(MANY, 0, millis, null, false);
  }

  private static AdaptHarness harness(
      BatchPolicy policy, AdaptOptions.States states, OperatorSubtaskState checkpoint)
      throws Exception {
    return new AdaptHarness(
        UNMIX, AdaptHarness.options(UNMIX, policy, CallPolicy.ONE_BY_ONE, 0, states), checkpoint);
  }

  /** Steps taken before each batch. */
  private static List<Long> steps(AdaptHarness harness) {
    List<Prediction> answers = harness.predictions();
    return IntStream.range(0, answers.size() / 4)
        .mapToObj(b -> answers.get(4 * b).getAdaptationStep())
        .toList();
  }
}
