package dev.evenkeel.adapters.tta.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.guard.GuardAction;
import dev.evenkeel.adapters.guard.Response;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.Batches;
import dev.evenkeel.adapters.testing.Steps;
import dev.evenkeel.adapters.testing.Steps.Answer;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateDictSerializer;
import dev.evenkeel.adapters.tta.StreamStep;
import dev.evenkeel.adapters.tta.Turn;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Guards inside of steps: what leaves, what becomes of the state, and that all of it is exact. */
class GuardedStepsTest {
  private static final int SIZE = 6;

  /** Settings under which the guard of the estimated accuracy is alarmed at once and for ever. */
  private static final String[] ALARMED = {
    "guards.enabled", "true", "guards.accuracy.threshold", "0", "guards.accuracy.window", "1"
  };

  @TempDir Path folder;

  private TinyLearner learner;

  @BeforeEach
  void makeNet() {
    learner = new TinyLearner(folder);
  }

  static Stream<String> recipes() {
    return Stream.of(
        "batch-norm",
        "ema-bn",
        "unmix-tns",
        "tent",
        "note",
        "rotta",
        "lame",
        "ema-bn+prior-correction",
        "unmix-tns+deyo");
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void guardsThatSeeNothingWrongChangeNothing(String recipe) {
    try (Steps plain = learner.steps(recipe);
        Steps guarded =
            learner.steps(
                recipe,
                "guards.enabled",
                "true",
                "guards.accuracy.action",
                "warn",
                "guards.order.action",
                "off",
                "guards.diversity.action",
                "off");
        AdaptationState state = plain.initialState();
        AdaptationState watched = guarded.initialState()) {
      for (int i = 0; i < 4; i++) {
        Tensor samples = learner.samples(SIZE);
        assertThat(guarded.step(watched, samples).logits())
            .as("%s", learner.random())
            .isEqualTo(plain.step(state, samples).logits());
      }
      assertThat(watched.toStateDict().without("guard.")).isEqualTo(state.toStateDict());
      assertThat(watched.toStateDict().entries()).containsKey("guard.memory");
    }
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void continuesBitIdenticallyFromASerializedState(String recipe) {
    try (Steps steps = guarded(recipe);
        Steps others = guarded(recipe);
        AdaptationState state = steps.initialState()) {
      for (int i = 0; i < 3; i++) {
        steps.step(state, learner.samples(SIZE));
      }
      byte[] saved = bytes(state);
      try (AdaptationState restored = others.restore(StateDictSerializer.fromBytes(saved))) {
        for (int i = 0; i < 4; i++) {
          Tensor samples = learner.samples(SIZE);
          Answer one = steps.step(state, samples);
          Answer two = others.step(restored, samples);
          assertThat(two.logits()).as("%s", learner.random()).isEqualTo(one.logits());
          assertThat(two.streams()).isEqualTo(one.streams());
        }
        assertThat(bytes(restored)).isEqualTo(bytes(state));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void whatFallsBackIsAnsweredByTheSourceInTheSameBatch(String recipe) {
    try (Steps steps = learner.steps(recipe, lost("fall-back", "guards.restart-after", "0"));
        AdaptationState state = steps.initialState()) {
      for (int i = 0; i < 3; i++) {
        Tensor samples = learner.samples(SIZE);
        Answer answer = steps.step(state, samples);
        StreamStep step = answer.streams().get(0);
        assertThat(step.sourceAnswered()).isTrue();
        assertThat(step.fellBack()).isTrue();
        assertThat(answer.logits()).isEqualTo(learner.sourceAnswer(samples));
      }
      assertThat(state.steps()).isEqualTo(3);
    }
  }

  @Test
  void nothingIsLearnedWhileTheSourceAnswers() {
    try (Steps steps = learner.steps("tent", lost("fall-back", "guards.restart-after", "0"));
        AdaptationState state = steps.initialState()) {
      assertThat(steps.step(state, learner.samples(SIZE)).learned().updates()).isEqualTo(1);
      float[] parameters = LearnedState.parameters(state.toStateDict(), LearnedState.PARAMETERS);
      Answer answer = steps.step(state, learner.samples(SIZE));
      assertThat(answer.outcomes()).containsExactly(new Outcome.Skipped("fallen-back"));
      assertThat(answer.learned().updates()).isZero();
      assertThat(LearnedState.parameters(state.toStateDict(), LearnedState.PARAMETERS))
          .isEqualTo(parameters);
      assertThat(state.steps()).isEqualTo(2);
    }
  }

  @Test
  void aResetBringsTheFirstStateBackAndKeepsTheGuardsMemory() {
    try (Steps steps = learner.steps("unmix-tns+tent", lost("reset"));
        AdaptationState state = steps.initialState()) {
      StateDict initial = state.toStateDict();
      Answer answer = steps.step(state, learner.samples(SIZE));
      assertThat(answer.outcomes()).containsExactly(new Outcome.Reset("guard-diversity"));
      assertThat(responses(answer)).containsExactly(Response.RESET);
      assertThat(state.toStateDict().without("guard.").without("counter."))
          .isEqualTo(initial.without("counter."));
      assertThat(state.toStateDict().entries()).containsKey("guard.memory");
      assertThat(state.steps()).isEqualTo(1);
    }
  }

  @Test
  void aRollBackBringsTheLastCopyBack() {
    String[] calm = {
      "guards.enabled", "true",
      "guards.accuracy.action", "off",
      "guards.order.action", "off",
      "guards.distance.action", "roll-back"
    };
    try (Steps steps = learner.steps("unmix-tns+tent", calm);
        AdaptationState state = steps.initialState()) {
      steps.step(state, learner.samples(SIZE));
      StateDict good = state.toStateDict();
      assertThat(good.entries()).containsKeys("guard.good.affine.scale", "guard.good.norm.means");
      String[] strict = calm.clone();
      try (Steps alarmed =
              learner.steps(
                  "unmix-tns+tent",
                  Stream.concat(
                          Stream.of(strict), Stream.of("guards.distance.threshold", "0.000001"))
                      .toArray(String[]::new));
          AdaptationState restored = alarmed.restore(good)) {
        Answer answer = alarmed.step(restored, learner.samples(SIZE));
        assertThat(answer.outcomes()).containsExactly(new Outcome.Reset("guard-distance"));
        assertThat(responses(answer)).containsExactly(Response.ROLL_BACK);
        assertThat(restored.toStateDict().without("guard.").without("counter."))
            .isEqualTo(good.without("guard.").without("counter."));
      }
    }
  }

  @Test
  void aFrozenStateGoesOnAnsweringAndBeingJudged() {
    try (Steps steps = learner.steps("ema-bn", lost("freeze"));
        AdaptationState state = steps.initialState()) {
      steps.step(state, learner.samples(SIZE));
      StateDict before = state.toStateDict();
      Answer answer = steps.step(state, learner.samples(SIZE));
      assertThat(answer.outcomes()).containsExactly(new Outcome.Skipped("frozen"));
      assertThat(state.toStateDict().without("guard.")).isEqualTo(before.without("guard."));
      assertThat(state.toStateDict().get("guard.memory")).isNotEqualTo(before.get("guard.memory"));
    }
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void streamsInOneCallAreJudgedEachForItself(String recipe) {
    int[] streamOfSample = {1, 0, 0, 1, 0, 1, 0, 1, 1, 0};
    try (Steps steps = guarded(recipe)) {
      List<AdaptationState> together = List.of(steps.initialState(), steps.initialState());
      List<AdaptationState> alone = List.of(steps.initialState(), steps.initialState());
      for (int round = 0; round < 3; round++) {
        Tensor samples = learner.samples(streamOfSample.length);
        Answer answer = steps.step(together, streamOfSample, samples);
        for (int stream = 0; stream < 2; stream++) {
          int[] own = stream == 0 ? new int[] {1, 2, 4, 6, 9} : new int[] {0, 3, 5, 7, 8};
          Answer expected = steps.step(alone.get(stream), Batches.rows(samples, own));
          assertThat(Batches.rows(answer.answers(), own).toFloats())
              .as("%s", learner.random())
              .containsExactly(expected.logits(), within(1e-4f));
        }
      }
      together.forEach(AdaptationState::close);
      alone.forEach(AdaptationState::close);
    }
  }

  @Test
  void aTurnThatFreezesKeepsTheGuardsMemoryTooAndTheLastChoice() {
    try (Steps steps = learner.steps("tent", lost("fall-back"));
        AdaptationState state = steps.initialState()) {
      steps.step(state, learner.samples(SIZE));
      byte[] before = bytes(state);
      Tensor samples = learner.samples(SIZE);
      Answer answer =
          steps.turn(
              List.of(new Turn(state, false, Optional.empty(), Turn.Mode.FROZEN, Set.of())),
              new int[SIZE],
              samples);
      assertThat(answer.streams().get(0).fellBack()).isTrue();
      assertThat(answer.logits()).isEqualTo(learner.sourceAnswer(samples));
      assertThat(bytes(state)).isEqualTo(before);
    }
  }

  @Test
  void statesWithoutGuardsGoOnWithThem() {
    try (Steps plain = learner.steps("unmix-tns+tent");
        Steps guarded = guarded("unmix-tns+tent");
        AdaptationState state = plain.initialState()) {
      plain.step(state, learner.samples(SIZE));
      assertThat(guarded.program().fingerprint()).isEqualTo(plain.program().fingerprint());
      try (AdaptationState restored = guarded.restore(state.toStateDict())) {
        assertThat(guarded.step(restored, learner.samples(SIZE)).streams()).hasSize(1);
        assertThat(restored.steps()).isEqualTo(2);
      }
    }
  }

  /** Settings whose guard of diversity is alarmed by every batch, and others are off. */
  private static String[] lost(String action, String... more) {
    return Stream.concat(
            Stream.of(
                "guards.enabled", "true",
                "guards.accuracy.action", "off",
                "guards.order.action", "off",
                "guards.agreement.action", "off",
                "guards.entropy.action", "off",
                "guards.diversity.action", action,
                "guards.diversity.threshold", "100",
                "guards.diversity.window", "1"),
            Stream.of(more))
        .toArray(String[]::new);
  }

  private Steps guarded(String recipe) {
    return steps(recipe, "guards.restart-after", "12");
  }

  private Steps steps(String recipe, String... more) {
    return learner.steps(
        recipe, Stream.concat(Stream.of(ALARMED), Stream.of(more)).toArray(String[]::new));
  }

  private static List<Response> responses(Answer answer) {
    return answer.streams().get(0).guardActions().stream().map(GuardAction::response).toList();
  }

  private static byte[] bytes(AdaptationState state) {
    return StateDictSerializer.toBytes(state.toStateDict());
  }
}
