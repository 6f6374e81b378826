package dev.evenkeel.adapters.tta.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.profile.HoldOutFile;
import dev.evenkeel.adapters.profile.SourceProfileJson;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.Steps;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.StateDict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of the adapted network to labelled samples take the place of the profile's. */
class RefreshedConfusionTest {
  private static final int SIZE = 6;
  private static final int HELD = 24;
  private static final String ANSWERS = "labelshift.refreshed-logits";

  @TempDir Path folder;

  private TinyLearner learner;
  private Path holdOut;
  private Tensor held;

  @BeforeEach
  void makeNet() throws IOException {
    learner = new TinyLearner(folder);
    holdOut = folder.resolve("P.hold-out.npz");
    held = learner.samples(HELD);
    write(Optional.of(held));
  }

  private void write(Optional<Tensor> inputs) throws IOException {
    int classes = learner.net().classes();
    int[] labels = new int[HELD];
    for (int n = 0; n < HELD; n++) {
      labels[n] = n % classes;
    }
    new HoldOutFile(
            learner.net().source().digest(),
            SourceProfileJson.digest(learner.profile()),
            labels,
            learner.sourceAnswer(held),
            new float[0],
            inputs)
        .write(holdOut);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ema-bn", "unmix-tns", "source+tent", "unmix-tns+deyo"})
  void measuresAgainOnScheduleAndLeavesTheStatisticsAlone(String recipe) {
    try (Steps with = steps(recipe, "2");
        Steps without = steps(recipe, "0");
        AdaptationState state = with.initialState();
        AdaptationState other = without.initialState()) {
      Optional<Tensor> before = Optional.empty();
      for (int batch = 0; batch < 5; batch++) {
        Tensor samples = learner.samples(SIZE);
        with.step(state, samples);
        without.step(other, samples);
        Optional<Tensor> now = state.toStateDict().find(ANSWERS);
        assertThat(now.isPresent()).as("batch %d", batch).isEqualTo(batch >= 2);
        assertThat(now.equals(before))
            .as("batch %d of %s", batch, learner.random())
            .isEqualTo(batch != 2 && batch != 4);
        before = now;
      }
      assertThat(state.toStateDict().without("labelshift."))
          .as("%s", learner.random())
          .isEqualTo(other.toStateDict().without("labelshift."));
    }
  }

  @Test
  void answersOfANetworkThatHasNotMovedAreTheSourceModels() {
    // Steps of learning rate 1e-30 round to none.
    try (Steps steps =
            learner.steps(
                "source+tent+prior-correction",
                "labelshift.refresh-every",
                "1",
                "labelshift.hold-out",
                holdOut.toString(),
                "optimizer.learning-rate",
                "1e-30");
        AdaptationState state = steps.initialState()) {
      steps.step(state, learner.samples(SIZE));
      steps.step(state, learner.samples(SIZE));
      assertThat(state.toStateDict().get(ANSWERS).toFloats())
          .as("%s", learner.random())
          .containsExactly(learner.sourceAnswer(held), within(1e-4f));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ema-bn", "unmix-tns+tent"})
  void goesOnFromARestoredStateBitForBit(String recipe) {
    try (Steps steps = steps(recipe, "2");
        Steps again = steps(recipe, "2");
        AdaptationState state = steps.initialState()) {
      for (int batch = 0; batch < 4; batch++) {
        steps.step(state, learner.samples(SIZE));
      }
      StateDict saved = state.toStateDict();
      try (AdaptationState restored = again.restore(saved)) {
        for (int batch = 0; batch < 3; batch++) {
          Tensor samples = learner.samples(SIZE);
          assertThat(again.step(restored, samples).logits())
              .as("%s", learner.random())
              .isEqualTo(steps.step(state, samples).logits());
        }
        assertThat(restored.toStateDict()).isEqualTo(state.toStateDict());
      }
    }
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    assertThatThrownBy(() -> steps("source", "2"))
        .hasMessageContaining("leaves the network as it is");
    assertThatThrownBy(
            () -> learner.steps("ema-bn+prior-correction", "labelshift.refresh-every", "2"))
        .hasMessageContaining("labelshift.hold-out")
        .hasMessageContaining("model profile")
        .hasMessageContaining("--hold-out-inputs");
    write(Optional.empty());
    assertThatThrownBy(() -> steps("ema-bn", "2"))
        .hasMessageContaining("lacks the samples themselves")
        .hasMessageContaining("--hold-out-inputs");
  }

  private Steps steps(String recipe, String every) {
    return learner.steps(
        recipe + "+prior-correction",
        "labelshift.refresh-every",
        every,
        "labelshift.hold-out",
        holdOut.toString());
  }
}
