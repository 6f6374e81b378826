package dev.evenkeel.adapters.tta.learning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.Batches;
import dev.evenkeel.adapters.testing.Steps;
import dev.evenkeel.adapters.testing.Steps.Answer;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Learned;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.StateDict;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nothing that is not finite and nothing undeclared gets into the state of a recipe that learns.
 */
class LearningGuardsTest {
  private static final String RECIPES =
      "dev.evenkeel.adapters.tta.learning.LearningMethodsTest#recipes";
  private static final Outcome NON_FINITE = new Outcome.Skipped("non-finite");
  private static final int SIZE = 6;

  @TempDir Path folder;

  private TinyLearner learner;

  @BeforeEach
  void makeNet() {
    learner = new TinyLearner(folder);
  }

  @ParameterizedTest
  @MethodSource(RECIPES)
  void entriesHaveKnownPrefixesAndStableShapes(String recipe) {
    try (Steps steps = learner.steps(recipe);
        AdaptationState state = steps.initialState()) {
      // Two steps of a memory's first update, and as many again.
      for (int i = 0; i < 4; i++) {
        steps.step(state, learner.samples(SIZE));
      }
      TreeMap<String, Tensor> before = new TreeMap<>(state.toStateDict().entries());
      steps.step(state, learner.samples(SIZE));
      TreeMap<String, Tensor> after = new TreeMap<>(state.toStateDict().entries());
      assertThat(after.keySet()).isEqualTo(before.keySet());
      Set<String> prefixes =
          after.keySet().stream()
              .map(name -> name.substring(0, name.indexOf('.')))
              .collect(Collectors.toSet());
      assertThat(prefixes)
          .isSubsetOf(
              "affine", "counter", "filter", "labelshift", "memory", "norm", "optimizer", "rng");
      after.forEach(
          (name, tensor) -> {
            assertThat(tensor.type()).as(name).isEqualTo(before.get(name).type());
            // A memory holds as many samples as its classes leave room for.
            if (!name.startsWith("memory.")) {
              assertThat(tensor.shape()).as(name).isEqualTo(before.get(name).shape());
            }
          });
    }
  }

  @ParameterizedTest
  @MethodSource(RECIPES)
  void poisonInOneStreamLeavesTheOthersAlone(String recipe) {
    int[] streamOfSample = {0, 1, 1, 0, 1, 0, 0, 1};
    int[] first = {0, 3, 5, 6};
    int[] second = {1, 2, 4, 7};
    Tensor sound = learner.samples(first.length);
    Tensor poison = learner.poison(second.length);
    Tensor mixed = Batches.rows(Batches.joined(sound, poison), new int[] {0, 4, 5, 1, 6, 2, 3, 7});
    try (Steps steps = learner.steps(recipe);
        AdaptationState healthy = steps.initialState();
        AdaptationState alone = steps.initialState();
        AdaptationState poisoned = steps.initialState()) {
      StateDict before = poisoned.toStateDict();
      Answer answer = steps.step(List.of(healthy, poisoned), streamOfSample, mixed);
      assertThat(answer.outcomes().get(1)).isEqualTo(NON_FINITE);
      assertThat(poisoned.toStateDict()).isEqualTo(before);
      assertThat(Batches.rows(answer.answers(), second).toFloats())
          .isEqualTo(learner.sourceAnswer(poison));
      Answer expected = steps.step(alone, sound);
      assertThat(answer.outcomes().get(0)).isEqualTo(expected.outcomes().get(0));
      assertThat(Batches.rows(answer.answers(), first).toFloats())
          .as("%s", learner.random())
          .isEqualTo(expected.logits());
      assertThat(healthy.toStateDict()).isEqualTo(alone.toStateDict());
    }
  }

  /**
   * Fisher information that is huge but finite makes the gradient infinite, or its square, as soon
   * as a parameter has left the source: logits are finite all the time.
   */
  @ParameterizedTest
  @CsvSource({
    "tent, adam, 3e38, 1e9",
    "tent, sgd, 3e38, 1e9",
    "tent, adam, 1e20, 1e9",
    "sar, sgd, 3e38, 1e9",
    "sar, adam, 1e20, 1e9",
    "deyo, adam, 3e38, 1e9",
  })
  void aGradientThatOverflowsLeavesTheStateUntouched(
      String recipe, String optimizer, float information, String weight) {
    float[] huge = new float[TinyLearner.CHANNELS];
    Arrays.fill(huge, information);
    Path fisher =
        learner.writeFisher("huge.npz", Tensor.ofFloats(Shape.of(TinyLearner.CHANNELS), huge));
    try (Steps steps =
            learner.steps(
                recipe,
                "optimizer.name",
                optimizer,
                "objective.fisher",
                fisher.toString(),
                "objective.fisher-weight",
                weight);
        Steps free = learner.steps(recipe, "optimizer.name", optimizer);
        AdaptationState start = free.initialState()) {
      free.step(start, learner.samples(SIZE));
      StateDict before = start.toStateDict();
      try (AdaptationState state = steps.restore(before)) {
        Tensor samples = learner.samples(SIZE);
        Answer answer = steps.step(state, samples);
        assertThat(answer.outcomes()).containsExactly(NON_FINITE);
        assertThat(answer.logits()).isEqualTo(learner.sourceAnswer(samples));
        assertThat(answer.learned()).isEqualTo(Learned.NOTHING);
        assertThat(state.toStateDict()).isEqualTo(before);
      }
    }
  }
}
