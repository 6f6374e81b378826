package dev.evenkeel.adapters.tta.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.Batches;
import dev.evenkeel.adapters.testing.RandomTensors;
import dev.evenkeel.adapters.testing.Steps;
import dev.evenkeel.adapters.testing.Steps.Answer;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateDictSerializer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every recipe that selects, learns or corrects. */
class LearningMethodsTest {
  private static final int SIZE = 6;

  @TempDir Path folder;

  private TinyLearner learner;
  private RandomTensors random;

  @BeforeEach
  void makeNet() {
    learner = new TinyLearner(folder);
    random = learner.random();
  }

  static Stream<String> recipes() {
    return Stream.of(
        "tent",
        "eta",
        "eata",
        "sar",
        "deyo",
        "ostta",
        "note",
        "rotta",
        "roid",
        "lame",
        "source+tent",
        "alpha-bn+tent",
        "ema-bn+tent",
        "rbn+tent",
        "iabn+sar",
        "unmix-tns+tent",
        "unmix-tns+deyo",
        "unmix-tns+ostta",
        "unmix-tns+note",
        "unmix-tns+rotta",
        "unmix-tns+lame",
        "unmix-tns+eata",
        "prior-correction",
        "ema-bn+prior-correction",
        "unmix-tns+tent+prior-correction",
        "rotta+prior-correction",
        "unmix-tns+eta+confidence-difference-filter",
        "note+lame",
        "rotta+lame");
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void continuesBitIdenticallyFromASerializedState(String recipe) {
    try (Steps steps = steps(recipe);
        Steps others = steps(recipe);
        AdaptationState state = steps.initialState()) {
      for (int i = 0; i < 3; i++) {
        steps.step(state, samples(SIZE));
      }
      byte[] saved = StateDictSerializer.toBytes(state.toStateDict());
      try (AdaptationState restored = others.restore(StateDictSerializer.fromBytes(saved))) {
        int updates = 0;
        for (int i = 0; i < 4; i++) {
          Tensor samples = samples(SIZE);
          Answer answer = others.step(restored, samples);
          assertThat(answer.logits())
              .as("%s", random)
              .isEqualTo(steps.step(state, samples).logits());
          updates += answer.learned().updates();
        }
        assertThat(updates > 0).isEqualTo(TinyLearner.learns(recipe));
        assertThat(StateDictSerializer.toBytes(restored.toStateDict()))
            .isEqualTo(StateDictSerializer.toBytes(state.toStateDict()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void theFirstAnswersAreThoseOfTheSourceParameters(String recipe) {
    Tensor samples = samples(SIZE);
    try (Steps steps = steps(recipe);
        Steps frozen =
            TinyLearner.learns(recipe)
                ? steps(recipe, "optimizer.learning-rate", "0")
                : steps(recipe);
        AdaptationState state = steps.initialState();
        AdaptationState other = frozen.initialState()) {
      assertThat(steps.step(state, samples).logits())
          .as("%s", random)
          .isEqualTo(frozen.step(other, samples).logits());
    }
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void aNonFiniteActivationLeavesTheStateUntouched(String recipe) {
    Tensor poison = learner.poison(SIZE);
    try (Steps steps = steps(recipe);
        AdaptationState state = steps.initialState()) {
      steps.step(state, samples(SIZE));
      StateDict before = state.toStateDict();
      Answer answer = steps.step(state, poison);
      assertThat(answer.outcomes()).containsExactly(new Outcome.Skipped("non-finite"));
      assertThat(state.toStateDict()).isEqualTo(before);
      assertThat(answer.logits()).isEqualTo(sourceAnswer(poison));
    }
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void streamsInOneCallEqualStreamsOneByOne(String recipe) {
    int[] streamOfSample = {1, 0, 0, 1, 0, 1, 0, 1, 1, 0};
    try (Steps steps = steps(recipe)) {
      List<AdaptationState> together = List.of(steps.initialState(), steps.initialState());
      List<AdaptationState> alone = List.of(steps.initialState(), steps.initialState());
      for (int round = 0; round < 3; round++) {
        Tensor samples = samples(streamOfSample.length);
        Answer answer = steps.step(together, streamOfSample, samples);
        for (int stream = 0; stream < 2; stream++) {
          int[] own = positions(streamOfSample, stream);
          Answer expected = steps.step(alone.get(stream), Batches.rows(samples, own));
          assertThat(rows(answer.logits(), own))
              .as("%s", random)
              .containsExactly(expected.logits(), within(1e-4f));
        }
      }
      together.forEach(AdaptationState::close);
      alone.forEach(AdaptationState::close);
    }
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void aBatchBelowTheMinimumIsAnsweredFromTheSource(String recipe) {
    Tensor samples = samples(2);
    try (Steps steps = steps(recipe, "normalization.min-batch", "3");
        AdaptationState state = steps.initialState()) {
      StateDict before = state.toStateDict();
      Answer answer = steps.step(state, samples);
      assertThat(answer.outcomes()).containsExactly(new Outcome.Skipped("batch-below-minimum"));
      assertThat(answer.logits()).isEqualTo(sourceAnswer(samples));
      assertThat(state.toStateDict()).isEqualTo(before);
    }
  }

  @Test
  void aResetBringsEverythingBackTogether() {
    for (String recipe : List.of("unmix-tns+tent", "eta", "unmix-tns+rotta", "note")) {
      try (Steps steps = steps(recipe, "reset.every", "1");
          AdaptationState state = steps.initialState()) {
        StateDict initial = state.toStateDict();
        Answer answer = steps.step(state, samples(SIZE));
        assertThat(answer.outcomes()).containsExactly(new Outcome.Reset("every-updates"));
        assertThat(state.steps()).isEqualTo(1);
        assertThat(state.toStateDict().without("counter.")).isEqualTo(initial.without("counter."));
      }
    }
  }

  @Test
  void learnsFromEveryThirdBatchOnly() {
    try (Steps steps = steps("unmix-tns+tent", "update-every", "3");
        AdaptationState state = steps.initialState()) {
      float[] source = state.toStateDict().get("affine.scale").toFloats();
      for (int batch = 1; batch <= 6; batch++) {
        float[] before = state.toStateDict().get("affine.scale").toFloats();
        Answer answer = steps.step(state, samples(SIZE));
        boolean due = batch % 3 == 0;
        float[] after = state.toStateDict().get("affine.scale").toFloats();
        assertThat(Arrays.equals(before, after)).isEqualTo(!due);
        assertThat(answer.outcomes())
            .containsExactly(due ? new Outcome.Adapted() : new Outcome.Skipped("not-due"));
      }
      assertThat(state.toStateDict().get("affine.scale").toFloats()).isNotEqualTo(source);
    }
  }

  @Test
  void auxiliaryPassesWriteNoStatistics() {
    Tensor samples = samples(SIZE);
    for (String recipe : List.of("unmix-tns+deyo", "unmix-tns+ostta")) {
      try (Steps steps = steps(recipe, "normalization.components", "4");
          Steps plain = steps("unmix-tns", "normalization.components", "4");
          AdaptationState state = steps.initialState();
          AdaptationState statistics = plain.initialState()) {
        steps.step(state, samples);
        plain.step(statistics, samples);
        StateDict written = state.toStateDict();
        StateDict expected = statistics.toStateDict();
        List<String> statisticNames =
            expected.entries().keySet().stream().filter(name -> name.startsWith("norm.")).toList();
        assertThat(statisticNames).contains("norm.means", "norm.variances");
        for (String name : statisticNames) {
          assertThat(written.get(name).toFloats())
              .as("%s, %s", recipe, name)
              .containsExactly(expected.get(name).toFloats(), within(1e-6f));
        }
      }
    }
  }

  @Test
  void whereNothingIsSelectedNoParameterAndNoOptimizerMoves() {
    try (Steps steps =
            steps("deyo", "selection.entropy-margin", "100", "selection.plpd-threshold", "-2");
        Steps strict = steps("deyo", "selection.plpd-threshold", "2");
        AdaptationState state = steps.initialState()) {
      steps.step(state, samples(SIZE));
      StateDict before = state.toStateDict();
      assertThat(before.entries()).containsKey("optimizer.updates");
      try (AdaptationState refused = strict.restore(before)) {
        Answer answer = strict.step(refused, samples(SIZE));
        assertThat(answer.outcomes()).containsExactly(new Outcome.Skipped("nothing-selected"));
        StateDict after = refused.toStateDict();
        for (String name : before.entries().keySet()) {
          if (name.startsWith("affine.") || name.startsWith("optimizer.")) {
            assertThat(after.get(name)).as(name).isEqualTo(before.get(name));
          }
        }
      }
    }
  }

  @Test
  void deyoThatKeepsAndWeighsNothingIsTent() {
    Tensor samples = samples(SIZE);
    try (Steps deyo =
            steps(
                "deyo",
                "selection.entropy-margin",
                "100",
                "selection.plpd-threshold",
                "-2",
                "selection.entropy-term",
                "false",
                "selection.plpd-term",
                "false");
        Steps tent = steps("tent");
        AdaptationState state = deyo.initialState();
        AdaptationState other = tent.initialState()) {
      deyo.step(state, samples);
      tent.step(other, samples);
      assertThat(state.toStateDict().get("affine.scale"))
          .isEqualTo(other.toStateDict().get("affine.scale"));
    }
  }

  @Test
  void onlyTheChosenLayersMoveAndAsFarAsInAFullPass() {
    Tensor samples = samples(SIZE);
    try (Steps all = steps("tent", "optimizer.name", "sgd");
        Steps last = steps("tent", "optimizer.name", "sgd", "adapt-layers", "last:1");
        AdaptationState every = all.initialState();
        AdaptationState one = last.initialState()) {
      float[] source = one.toStateDict().get("affine.scale").toFloats();
      all.step(every, samples);
      last.step(one, samples);
      float[] full = every.toStateDict().get("affine.scale").toFloats();
      float[] partial = one.toStateDict().get("affine.scale").toFloats();
      assertThat(Arrays.copyOf(partial, 8)).isEqualTo(Arrays.copyOf(source, 8));
      assertThat(Arrays.copyOf(full, 8)).isNotEqualTo(Arrays.copyOf(source, 8));
      assertThat(Arrays.copyOfRange(partial, 8, 13))
          .containsExactly(Arrays.copyOfRange(full, 8, 13), within(1e-7f));
    }
  }

  @Test
  void originalEqualToAdaptedKeepsEverySample() {
    try (Steps steps = steps("unmix-tns+ostta");
        AdaptationState state = steps.initialState()) {
      Answer answer = steps.step(state, samples(SIZE));
      assertThat(answer.learned().accepted()).isEqualTo(SIZE);
    }
  }

  @Test
  void servingTheSourceParametersAnswersAsIfNothingWereLearned() {
    try (Steps serving = steps("unmix-tns+tent", "serve.source-share", "1");
        Steps frozen = steps("unmix-tns+tent", "optimizer.learning-rate", "0");
        AdaptationState state = serving.initialState();
        AdaptationState other = frozen.initialState()) {
      for (int i = 0; i < 3; i++) {
        Tensor samples = samples(SIZE);
        assertThat(serving.step(state, samples).logits())
            .containsExactly(frozen.step(other, samples).logits(), within(1e-4f));
      }
      assertThat(state.toStateDict().get("affine.scale"))
          .isNotEqualTo(other.toStateDict().get("affine.scale"));
    }
  }

  @Test
  void theStepCapHoldsForEachLayer() {
    try (Steps steps = steps("tent", "optimizer.learning-rate", "1", "optimizer.step-cap", "0.01");
        AdaptationState state = steps.initialState()) {
      float[] before = LearnedState.parameters(state.toStateDict(), "affine");
      steps.step(state, samples(SIZE));
      float[] after = LearnedState.parameters(state.toStateDict(), "affine");
      int[] ends = {3, 8, 13};
      int start = 0;
      for (int end : ends) {
        double size = 0;
        double moved = 0;
        for (int i = start; i < end; i++) {
          for (int at : List.of(i, 13 + i)) {
            size += before[at] * before[at];
            moved += (after[at] - before[at]) * (after[at] - before[at]);
          }
        }
        assertThat(Math.sqrt(moved / size)).isBetween(0.0099, 0.0101);
        start = end;
      }
    }
  }

  private Steps steps(String recipe, String... keysAndValues) {
    return learner.steps(recipe, keysAndValues);
  }

  private Tensor samples(int count) {
    return learner.samples(count);
  }

  private float[] sourceAnswer(Tensor samples) {
    return learner.sourceAnswer(samples);
  }

  private float[] rows(float[] logits, int... positions) {
    int samples = logits.length / learner.net().classes();
    return Batches.rows(
            Tensor.ofFloats(Shape.of(samples, learner.net().classes()), logits), positions)
        .toFloats();
  }

  private static int[] positions(int[] streamOfSample, int stream) {
    List<Integer> own = new ArrayList<>();
    for (int i = 0; i < streamOfSample.length; i++) {
      if (streamOfSample[i] == stream) {
        own.add(i);
      }
    }
    return own.stream().mapToInt(Integer::intValue).toArray();
  }
}
