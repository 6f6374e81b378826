package dev.evenkeel.adapters.tta.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.labelshift.TrackedPrior;
import dev.evenkeel.adapters.labelshift.adapter.AdapterFile;
import dev.evenkeel.adapters.labelshift.adapter.AdapterTraining;
import dev.evenkeel.adapters.labelshift.adapter.Conditioning;
import dev.evenkeel.adapters.labelshift.adapter.LabelShiftAdapter;
import dev.evenkeel.adapters.labelshift.adapter.LinearHead;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.RandomTensors;
import dev.evenkeel.adapters.testing.Steps;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.export.BakedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What learns beside a Label Shift Adapter learns from the answers of the bent head. */
class AnotherHeadTest {
  private static final int SIZE = 6;
  private static final String CLOSED = "0";

  @TempDir Path folder;

  private TinyLearner learner;
  private Path adapter;

  @BeforeEach
  void makeNet() throws IOException {
    learner = new TinyLearner(folder);
    adapter = folder.resolve("adapter.npz");
    new AdapterFile(learner.net().source().digest(), untrained()).write(adapter);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tent", "eta", "sar", "deyo", "ostta", "unmix-tns+tent", "note", "rotta"})
  void whileTheSourceHeadAnswersEverythingIsAsWithoutAnAdapter(String recipe) {
    try (Steps with = steps(recipe, CLOSED);
        Steps without = learner.steps(recipe);
        AdaptationState state = with.initialState();
        AdaptationState other = without.initialState()) {
      for (int i = 0; i < 3; i++) {
        Tensor samples = learner.samples(SIZE);
        assertThat(with.step(state, samples).logits())
            .as("%s, batch %d", learner.random(), i)
            .isEqualTo(without.step(other, samples).logits());
      }
      other
          .toStateDict()
          .entries()
          .forEach(
              (name, tensor) ->
                  assertThat(state.toStateDict().get(name).toDoubles())
                      .as("%s of %s", name, learner.random())
                      .containsExactly(tensor.toDoubles()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tent", "eta", "sar", "deyo", "ostta", "unmix-tns+tent", "note", "rotta"})
  void whatLearnsSeesTheBentHead(String recipe) {
    try (Steps with = steps(recipe, "1000");
        Steps without = learner.steps(recipe);
        AdaptationState state = with.initialState();
        AdaptationState other = without.initialState()) {
      for (int i = 0; i < 4; i++) {
        Tensor samples = learner.samples(SIZE);
        with.step(state, samples);
        without.step(other, samples);
      }
      assertThat(state.toStateDict().get("affine.scale").toFloats())
          .as("%s", learner.random())
          .isNotEqualTo(other.toStateDict().get("affine.scale").toFloats());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"source+tent", "tent", "alpha-bn+tent"})
  void theGradientIsThatOfTheBentAnswers(String recipe) {
    AdaptationProgram program =
        AdaptationProgram.compile(
            learner.net().source(),
            Recipe.parse(recipe + "+label-shift-adapter", settings("1")),
            3);
    float[] parameters = LearnedState.parameters(program.initialState(), LearnedState.PARAMETERS);
    LinearHead head = bent();
    float[] seed = learner.random().normal(SIZE, head.classes()).toFloats();
    try (OrtRuntime runtime = OrtRuntime.open(program, RuntimeOptions.CPU_SINGLE_THREAD);
        Network network = new AnotherHead.BentNetwork(runtime.newNetwork(), head)) {
      SampleBatch batch = network.batch(learner.samples(SIZE).toFloats(), SIZE);
      float[] gradient;
      try (LearningPass pass =
          network.learn(parameters, network.start(), network.scratch(), batch)) {
        gradient = pass.gradient(seed);
      }
      double largest =
          IntStream.range(0, gradient.length)
              .mapToDouble(i -> Math.abs(gradient[i]))
              .max()
              .orElse(0);
      for (int i = 0; i < parameters.length; i++) {
        double slope = 0;
        for (int side = -1; side <= 1; side += 2) {
          float[] moved = parameters.clone();
          moved[i] += side * 1e-2f;
          float[] z =
              network.predict(moved, network.start(), network.scratch(), batch, SIZE).logits();
          for (int k = 0; k < z.length; k++) {
            slope += side * seed[k] * (double) z[k] / 2e-2;
          }
        }
        assertThat(slope)
            .as("%s, parameter %d", learner.random(), i)
            .isCloseTo(gradient[i], within(0.01 * largest));
      }
    }
  }

  @Test
  void theGradientByTheFeaturesIsThatOfTheProduct() {
    LinearHead head = bent();
    RandomTensors random = learner.random();
    float[] seed = random.normal(SIZE, head.classes()).toFloats();
    float[] pulled = head.pulledBack(seed);
    for (int n = 0; n < SIZE; n++) {
      for (int i = 0; i < head.width(); i++) {
        double sum = 0;
        for (int y = 0; y < head.classes(); y++) {
          sum += seed[n * head.classes() + y] * head.weight()[y][i];
        }
        assertThat(pulled[n * head.width() + i]).isCloseTo((float) sum, within(1e-5f));
      }
    }
  }

  @Test
  void aBakedModelHasTheBentHead() throws IOException {
    new AdapterFile(learner.net().source().digest(), disturbed()).write(adapter);
    AdaptationProgram program =
        AdaptationProgram.compile(
            learner.net().source(), Recipe.parse("ema-bn+label-shift-adapter", settings("1")), 3);
    StateDict state =
        program
            .initialState()
            .with(Map.of(TrackedPrior.PRIOR, Tensor.ofDoubles(Shape.of(4), 0.1, 0.2, 0.3, 0.4)));
    BakedModel baked = BakedModel.of(program, state);
    float[] samples = learner.samples(SIZE).toFloats();
    assertThat(baked.corrected()).isTrue();
    assertThat(BakedCorrectionTest.deviation(program, state, baked, samples)).isLessThan(1e-5);
    assertThat(BakedCorrectionTest.deviation(program, program.initialState(), baked, samples))
        .as("the head of the source")
        .isGreaterThan(1e-3);
  }

  /** A head of another prior, whose features are scaled and shifted and whose weight is changed. */
  private LinearHead bent() {
    return disturbed().fuse(new double[] {0.1, 0.2, 0.3, 0.4});
  }

  private LabelShiftAdapter disturbed() {
    LabelShiftAdapter plain = untrained();
    Random random = learner.random().random();
    double[] parameters = plain.parameters().clone();
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] += 0.1 * random.nextGaussian();
    }
    return new LabelShiftAdapter(
        plain.conditioning(), plain.prior(), plain.head(), plain.rank(), parameters);
  }

  private LabelShiftAdapter untrained() {
    LinearHead head =
        LinearHead.of(
            learner.net().source().model().graph(),
            learner.net().source().logits(),
            learner.net().classes());
    int samples = 40;
    float[][] features = new float[samples][];
    int[] labels = new int[samples];
    for (int n = 0; n < samples; n++) {
      features[n] = learner.random().normal(head.width()).toFloats();
      labels[n] = n % head.classes();
    }
    return new AdapterTraining(head, features, labels)
        .train(Conditioning.VECTOR, 2, 0, 1, progress -> {})
        .adapter();
  }

  private Steps steps(String recipe, String residual) {
    return learner.steps(
        recipe + "+label-shift-adapter",
        "labelshift.adapter",
        adapter.toString(),
        "labelshift.source-profile",
        learner.profile().toString(),
        "labelshift.residual",
        residual,
        "labelshift.evidence",
        "1000");
  }

  private Map<String, String> settings(String residual) {
    return Map.of(
        "normalization.min-batch",
        "1",
        "labelshift.adapter",
        adapter.toString(),
        "labelshift.source-profile",
        learner.profile().toString(),
        "labelshift.residual",
        residual);
  }
}
