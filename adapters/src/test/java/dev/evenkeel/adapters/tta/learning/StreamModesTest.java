package dev.evenkeel.adapters.tta.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.Batches;
import dev.evenkeel.adapters.testing.Steps;
import dev.evenkeel.adapters.testing.Steps.Answer;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.StateDictSerializer;
import dev.evenkeel.adapters.tta.Turn;
import dev.evenkeel.adapters.tta.Turn.Mode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every recipe when a stream is frozen or falls back to the source model. */
class StreamModesTest {
  private static final int SIZE = 6;
  private static final Outcome FROZEN = new Outcome.Skipped("frozen");
  private static final Outcome FALL_BACK = new Outcome.Skipped("fall-back");

  @TempDir Path folder;

  private TinyLearner learner;

  @BeforeEach
  void makeNet() {
    learner = new TinyLearner(folder);
  }

  static Stream<String> recipes() {
    return Stream.concat(
        Stream.of("batch-norm", "alpha-bn", "ema-bn", "unmix-tns", "iabn", "rbn"),
        LearningMethodsTest.recipes());
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void aFrozenStateDoesNotChangeByABit(String recipe) {
    try (Steps steps = learner.steps(recipe);
        AdaptationState state = experienced(steps)) {
      byte[] before = bytes(state);
      for (int i = 0; i < 3; i++) {
        Answer answer = step(steps, state, Mode.FROZEN, learner.samples(SIZE));
        assertThat(answer.outcomes()).containsExactly(FROZEN);
        assertThat(answer.learned().updates()).isZero();
        assertThat(bytes(state)).as("%s", learner.random()).isEqualTo(before);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void aFrozenStateAnswersAsOneThatDoesNotLearnNow(String recipe) {
    Tensor samples = learner.samples(SIZE);
    try (Steps steps = learner.steps(recipe);
        AdaptationState state = experienced(steps);
        AdaptationState same = steps.restore(state.toStateDict())) {
      Answer frozen = step(steps, state, Mode.FROZEN, samples);
      Answer expected =
          steps.turn(
              List.of(new Turn(same, false, Optional.of("held-back"), Mode.ADAPT, Set.of())),
              new int[SIZE],
              samples);
      assertThat(frozen.logits()).as("%s", learner.random()).isEqualTo(expected.logits());
    }
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void aStreamThatFallsBackIsAnsweredByTheSourceAndKeepsItsState(String recipe) {
    Tensor samples = learner.samples(SIZE);
    try (Steps steps = learner.steps(recipe);
        AdaptationState state = experienced(steps)) {
      byte[] before = bytes(state);
      Answer answer = step(steps, state, Mode.SOURCE, samples);
      assertThat(answer.outcomes()).containsExactly(FALL_BACK);
      assertThat(answer.logits()).isEqualTo(learner.sourceAnswer(samples));
      assertThat(bytes(state)).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void neighboursInTheCallDoNotNotice(String recipe) {
    int[] streamOfSample = {1, 0, 2, 0, 1, 2, 3, 1, 2, 3, 0, 3};
    List<Mode> modes = List.of(Mode.SOURCE, Mode.FROZEN, Mode.ADAPT, Mode.ADAPT);
    try (Steps steps = learner.steps(recipe)) {
      List<AdaptationState> together = modes.stream().map(mode -> experienced(steps)).toList();
      List<AdaptationState> alone =
          together.stream().map(state -> steps.restore(state.toStateDict())).toList();
      byte[] fallingBack = bytes(together.get(0));
      byte[] frozen = bytes(together.get(1));
      for (int round = 0; round < 3; round++) {
        Tensor samples = learner.samples(streamOfSample.length);
        Answer answer =
            steps.turn(
                IntStream.range(0, modes.size())
                    .mapToObj(s -> turn(together.get(s), modes.get(s)))
                    .toList(),
                streamOfSample,
                samples);
        for (int stream = 0; stream < modes.size(); stream++) {
          int one = stream;
          int[] own =
              IntStream.range(0, streamOfSample.length)
                  .filter(i -> streamOfSample[i] == one)
                  .toArray();
          Answer expected =
              step(steps, alone.get(stream), modes.get(stream), Batches.rows(samples, own));
          assertThat(answer.outcomes().get(stream)).isEqualTo(expected.outcomes().get(0));
          assertThat(Batches.rows(tensor(answer.logits()), own).toFloats())
              .as("stream %s, %s", stream, learner.random())
              .containsExactly(expected.logits(), within(1e-4f));
        }
        assertThat(together.get(2).steps()).isEqualTo(alone.get(2).steps());
      }
      assertThat(bytes(together.get(0))).isEqualTo(fallingBack);
      assertThat(bytes(together.get(1))).isEqualTo(frozen);
      together.forEach(AdaptationState::close);
      alone.forEach(AdaptationState::close);
    }
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void whatIsNotFiniteIsAnsweredByTheSourceAlsoWhereTheStateIsFrozen(String recipe) {
    Tensor poison = learner.poison(SIZE);
    try (Steps steps = learner.steps(recipe);
        AdaptationState state = experienced(steps)) {
      Answer answer = step(steps, state, Mode.FROZEN, poison);
      assertThat(answer.outcomes()).containsExactly(new Outcome.Skipped("non-finite"));
      assertThat(answer.logits()).isEqualTo(learner.sourceAnswer(poison));
    }
  }

  @Test
  void theSourceRecipeHasNothingToFreeze() {
    Tensor samples = learner.samples(SIZE);
    try (Steps steps = learner.steps("source");
        AdaptationState state = steps.initialState()) {
      for (Mode mode : Mode.values()) {
        Answer answer = step(steps, state, mode, samples);
        assertThat(answer.outcomes()).containsExactly(new Outcome.Source());
        assertThat(answer.logits()).isEqualTo(learner.sourceAnswer(samples));
      }
    }
  }

  /** A state that has learned and moved its statistics. */
  private AdaptationState experienced(Steps steps) {
    AdaptationState state = steps.initialState();
    for (int i = 0; i < 2; i++) {
      steps.step(state, learner.samples(SIZE));
    }
    return state;
  }

  private static Turn turn(AdaptationState state, Mode mode) {
    return new Turn(state, false, Optional.empty(), mode, Set.of());
  }

  private static Answer step(Steps steps, AdaptationState state, Mode mode, Tensor samples) {
    int count = (int) samples.shape().dimension(0);
    return steps.turn(List.of(turn(state, mode)), new int[count], samples);
  }

  private static byte[] bytes(AdaptationState state) {
    return StateDictSerializer.toBytes(state.toStateDict());
  }

  private Tensor tensor(float[] logits) {
    int classes = learner.net().classes();
    return Tensor.ofFloats(Shape.of(logits.length / classes, classes), logits);
  }
}
