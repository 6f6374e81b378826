package dev.evenkeel.adapters.tta.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.Batches;
import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.testing.Steps;
import dev.evenkeel.adapters.testing.Steps.Answer;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.objective.Probabilities;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How updates, resets and selections play together in a step. */
class LearningRulesTest {
  private static final int SIZE = 6;

  @TempDir Path folder;

  private TinyLearner learner;

  @BeforeEach
  void makeNet() {
    learner = new TinyLearner(folder);
  }

  @ParameterizedTest
  @MethodSource("dev.evenkeel.adapters.tta.learning.LearningMethodsTest#recipes")
  void sameStateAndBatchGiveTheSameBytes(String recipe) {
    try (Steps steps = learner.steps(recipe);
        Steps others = learner.steps(recipe);
        AdaptationState state = steps.initialState();
        AdaptationState other = others.initialState()) {
      for (int i = 0; i < 2; i++) {
        Tensor samples = learner.samples(SIZE);
        assertThat(steps.step(state, samples).logits())
            .as("%s", learner.random())
            .isEqualTo(others.step(other, samples).logits());
      }
      assertThat(state.toStateDict()).isEqualTo(other.toStateDict());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tent", "unmix-tns+deyo", "sar", "roid", "iabn+tent", "source+tent"})
  void theAnswersOfALaterBatchAreThoseBeforeItsUpdate(String recipe) {
    try (Steps steps = learner.steps(recipe);
        Steps frozen = learner.steps(recipe, "optimizer.learning-rate", "0");
        AdaptationState state = steps.initialState()) {
      steps.step(state, learner.samples(SIZE));
      try (AdaptationState before = frozen.restore(state.toStateDict())) {
        Tensor samples = learner.samples(SIZE);
        assertThat(steps.step(state, samples).logits())
            .as("%s", learner.random())
            .isEqualTo(frozen.step(before, samples).logits());
      }
    }
  }

  /** Every second update, and before that the state moves. */
  @ParameterizedTest
  @ValueSource(strings = {"unmix-tns+tent", "eta", "unmix-tns+eata", "unmix-tns+rotta", "note"})
  void aResetAfterTwoUpdatesBringsEverythingBackTogether(String recipe) {
    try (Steps steps = learner.steps(recipe, "reset.every", "2");
        AdaptationState state = steps.initialState()) {
      StateDict initial = state.toStateDict();
      int size = TinyLearner.remembers(recipe) ? 4 : SIZE;
      assertThat(steps.step(state, learner.samples(size)).outcomes())
          .containsExactly(new Outcome.Adapted());
      for (String name : initial.without("counter.").without("rng.").entries().keySet()) {
        assertThat(state.toStateDict().get(name)).as(name).isNotEqualTo(initial.get(name));
      }
      assertThat(steps.step(state, learner.samples(size)).outcomes())
          .containsExactly(new Outcome.Reset("every-updates"));
      assertThat(state.toStateDict().without("counter.")).isEqualTo(initial.without("counter."));
      assertThat(state.steps()).isEqualTo(2);
    }
  }

  /** The average of the first loss is that loss, and no loss of four classes is above ln 4. */
  @ParameterizedTest
  @CsvSource({"unmix-tns+sar, false", "unmix-tns+sar, true"})
  void aLossBelowTheFloorResetsTheStatisticsToo(String recipe, boolean keepsMomentum) {
    try (Steps steps =
            learner.steps(
                recipe,
                "reset.loss-floor",
                "2",
                "reset.keeps-momentum",
                Boolean.toString(keepsMomentum));
        AdaptationState state = steps.initialState()) {
      StateDict initial = state.toStateDict();
      assertThat(steps.step(state, learner.samples(SIZE)).outcomes())
          .containsExactly(new Outcome.Reset("loss-floor"));
      StateDict after = state.toStateDict();
      assertThat(after.without("counter.").without("optimizer."))
          .isEqualTo(initial.without("counter."));
      assertThat(after.find("optimizer.updates").isPresent()).isEqualTo(keepsMomentum);
    }
  }

  @ParameterizedTest
  @CsvSource({"note, iabn", "rotta, rbn", "tent, batch-norm"})
  void aCorrectionCorrectsTheAnswersOfWhatLearns(String recipe, String normalization) {
    Tensor samples = learner.samples(SIZE);
    try (Steps learning = learner.steps(recipe + "+lame");
        Steps correcting = learner.steps(normalization + "+lame");
        Steps plain = learner.steps(recipe);
        AdaptationState state = learning.initialState();
        AdaptationState corrected = correcting.initialState();
        AdaptationState uncorrected = plain.initialState()) {
      float[] answers = learning.step(state, samples).logits();
      assertThat(answers)
          .as("%s", learner.random())
          .containsExactly(correcting.step(corrected, samples).logits(), within(1e-4f))
          .isNotEqualTo(plain.step(uncorrected, samples).logits());
      assertThat(state.toStateDict()).isEqualTo(uncorrected.toStateDict());
    }
  }

  @Test
  void identicalPatchesDropNoProbabilityAndNothingIsLearned() throws IOException {
    int patches = 9;
    long[] identity = new long[SIZE * patches];
    for (int i = 0; i < identity.length; i++) {
      identity[i] = i % patches;
    }
    Npy.write(folder.resolve("perm_0.npy"), Tensor.ofLongs(Shape.of(SIZE, patches), identity));
    // Statistics that do not know the batch: those of a batch would differ after it was written.
    try (Steps steps =
            learner.steps(
                "source+deyo",
                "selection.plpd-threshold",
                "0",
                "selection.permutations",
                folder.toString());
        AdaptationState state = steps.initialState()) {
      StateDict before = state.toStateDict();
      Answer answer = steps.step(state, learner.samples(SIZE));
      assertThat(answer.outcomes()).containsExactly(new Outcome.Skipped("nothing-selected"));
      assertThat(answer.learned().offered()).isEqualTo(SIZE);
      assertThat(state.toStateDict().without("counter.")).isEqualTo(before.without("counter."));
    }
  }

  /** On a transformer no sample's answer depends on another's: there the selection is all. */
  @ParameterizedTest
  @ValueSource(strings = {"tent+entropy-filter", "eta", "sar", "deyo"})
  void samplesThatAreNotSelectedDoNotChangeTheUpdate(String recipe) {
    // Sure samples have a small loss, which SAR would take for a collapse.
    Map<String, String> settings =
        new TreeMap<>(Map.of("selection.entropy-margin", "0.3", "reset.loss-floor", "0"));
    if (recipe.equals("deyo")) {
      settings.put("selection.destruction", "occlusion");
    }
    SourceModel transformer = SourceModel.of(FashionKit.model("fashion-tiny-vit"), Map.of());
    Tensor images = FashionKit.unitInterval("goldens/iid/images.npy", 128);
    try (Steps steps = Steps.of(transformer, recipe, settings, 1);
        AdaptationState state = steps.initialState();
        AdaptationState other = steps.initialState()) {
      StateDict source = state.toStateDict();
      int[][] split = splitByEntropy(steps, images, 0.3);
      int[] kept = Arrays.copyOf(split[0], 12);
      int[] unsure = split[1];
      steps.step(state, Batches.rows(images, joined(kept, unsure[0], unsure[1], unsure[2])));
      steps.step(other, Batches.rows(images, joined(kept, unsure[3], unsure[4], unsure[5])));
      StateDict after = state.toStateDict();
      assertThat(after.get("affine.scale")).isNotEqualTo(source.get("affine.scale"));
      assertThat(after).isEqualTo(other.toStateDict());
    }
  }

  /** Positions of samples below and above the margin. */
  private static int[][] splitByEntropy(Steps steps, Tensor images, double margin) {
    try (AdaptationState state = steps.initialState()) {
      Tensor answers = steps.step(state, images).answers();
      int rows = (int) answers.shape().dimension(0);
      int classes = (int) answers.shape().dimension(1);
      Probabilities batch = Probabilities.of(answers.toFloats(), rows, classes);
      IntPredicate below = row -> batch.entropy(row) < margin * Math.log(classes);
      return new int[][] {
        IntStream.range(0, rows).filter(below).toArray(),
        IntStream.range(0, rows).filter(below.negate()).toArray()
      };
    }
  }

  private static int[] joined(int[] positions, int... more) {
    return IntStream.concat(Arrays.stream(positions), Arrays.stream(more)).toArray();
  }

  @Test
  void aFullPullBackKeepsTheSourceParameters() {
    try (Steps steps = learner.steps("tent", "reset.pull-back", "1");
        AdaptationState state = steps.initialState()) {
      Map<String, Tensor> source = state.toStateDict().entries();
      for (int i = 0; i < 3; i++) {
        assertThat(steps.step(state, learner.samples(SIZE)).learned().updates()).isOne();
      }
      StateDict after = state.toStateDict();
      assertThat(after.get("affine.scale")).isEqualTo(source.get("affine.scale"));
      assertThat(after.get("affine.bias")).isEqualTo(source.get("affine.bias"));
    }
  }

  @ParameterizedTest
  @CsvSource({"linear, 24, 0.25", "sqrt, 24, 0.5", "linear, 3, 1", "none, 24, 1"})
  void theStepFollowsTheLearningRateRule(String rule, String reference, double share) {
    Tensor samples = learner.samples(SIZE);
    float[] full = movedBy(samples);
    float[] ruled =
        movedBy(
            samples,
            "optimizer.learning-rate-rule",
            rule,
            "optimizer.reference-samples",
            reference);
    for (int i = 0; i < full.length; i++) {
      assertThat((double) ruled[i]).isCloseTo(share * full[i], within(1e-6));
    }
  }

  /** How far plain gradient descent moves the scales. */
  private float[] movedBy(Tensor samples, String... settings) {
    String[] all = new String[settings.length + 4];
    System.arraycopy(settings, 0, all, 4, settings.length);
    all[0] = "optimizer.name";
    all[1] = "sgd";
    all[2] = "optimizer.learning-rate";
    all[3] = "0.1";
    try (Steps steps = learner.steps("tent", all);
        AdaptationState state = steps.initialState()) {
      float[] before = state.toStateDict().get("affine.scale").toFloats();
      steps.step(state, samples);
      float[] moved = state.toStateDict().get("affine.scale").toFloats();
      for (int i = 0; i < moved.length; i++) {
        moved[i] -= before[i];
      }
      assertThat(moved).isNotEqualTo(new float[moved.length]);
      return moved;
    }
  }
}
