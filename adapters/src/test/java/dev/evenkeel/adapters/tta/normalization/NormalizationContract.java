package dev.evenkeel.adapters.tta.normalization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.onnx.interpreter.Interpreter;
import dev.evenkeel.adapters.onnx.rewrite.StreamAxis;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.Batches;
import dev.evenkeel.adapters.testing.OrtRunner;
import dev.evenkeel.adapters.testing.ProgramInputs;
import dev.evenkeel.adapters.testing.RandomTensors;
import dev.evenkeel.adapters.testing.Steps;
import dev.evenkeel.adapters.testing.Steps.Answer;
import dev.evenkeel.adapters.testing.TestRuntime;
import dev.evenkeel.adapters.testing.TinyNet;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateDictSerializer;
import dev.evenkeel.adapters.tta.StateLayout.StateTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What holds for every method of the normalisation slot. */
@Tag("cuda")
abstract class NormalizationContract {
  private static final Map<String, String> ANY_BATCH = Map.of("normalization.min-batch", "1");
  private static final Outcome BELOW_MINIMUM = new Outcome.Skipped("batch-below-minimum");
  private static final Outcome NON_FINITE = new Outcome.Skipped("non-finite");

  private final RandomTensors random = RandomTensors.seeded();
  private final TinyNet net = TinyNet.random(random, 2, 3, 5, 5);

  abstract String method();

  /** Settings under which the method does what the source model does, where there are such. */
  abstract Optional<Map<String, String>> neutralSettings();

  @Test
  void sameStateAndBatchGiveTheSameBytes() {
    Tensor samples = samples(8);
    try (Steps steps = steps(ANY_BATCH, 1);
        Steps others = steps(ANY_BATCH, 1);
        AdaptationState state = steps.initialState();
        AdaptationState other = others.initialState()) {
      assertSame(steps.step(state, samples).logits(), others.step(other, samples).logits());
      assertSame(state.toStateDict(), other.toStateDict());
    }
  }

  @Test
  void sameSeedGivesTheSameInitialState() {
    assertThat(compile(ANY_BATCH, 7).initialState())
        .isEqualTo(compile(ANY_BATCH, 7).initialState());
  }

  @Test
  void continuesBitIdenticallyFromASerializedState() {
    try (Steps steps = steps(ANY_BATCH, 1);
        Steps others = steps(ANY_BATCH, 1);
        AdaptationState state = steps.initialState()) {
      for (int i = 0; i < 3; i++) {
        steps.step(state, samples(5));
      }
      byte[] saved = StateDictSerializer.toBytes(state.toStateDict());
      try (AdaptationState restored = others.restore(StateDictSerializer.fromBytes(saved))) {
        assertThat(restored.steps()).isEqualTo(state.steps());
        for (int i = 0; i < 3; i++) {
          Tensor samples = samples(5);
          assertSame(others.step(restored, samples).logits(), steps.step(state, samples).logits());
        }
        assertSame(restored.toStateDict(), state.toStateDict());
      }
    }
  }

  @Test
  void keepsOnlyDeclaredEntriesAndTheirShapes() {
    try (Steps steps = steps(ANY_BATCH, 1);
        AdaptationState state = steps.initialState()) {
      steps.step(state, samples(4));
      StateDict after = state.toStateDict();
      Map<String, Object> expected = new TreeMap<>(steps.program().layout().entries());
      assertThat(after.entries().keySet()).containsAll(expected.keySet());
      expected.forEach(
          (name, shape) -> assertThat(after.get(name).shape()).as(name).isEqualTo(shape));
      TreeSet<String> beyond = new TreeSet<>(after.entries().keySet());
      beyond.removeAll(steps.program().initialState().entries().keySet());
      assertThat(beyond).containsExactly("counter.steps");
    }
  }

  @Test
  void declaresEachStateTensorAsInputAndAsOutputOfOneShape() {
    AdaptationProgram program = compile(ANY_BATCH, 1);
    Graph graph = program.model().graph();
    int written = 0;
    for (StateTensor tensor : program.layout().tensors()) {
      Value input = graph.input(tensor.input());
      Value output = graph.output(tensor.output());
      if (output != null) {
        assertThat(output.shape()).isEqualTo(input.shape());
        written++;
      }
      List<Dimension> shape = new ArrayList<>(List.of(StreamAxis.STREAMS));
      for (long dimension : tensor.shape().dimensions()) {
        shape.add(Dimension.of(dimension));
      }
      assertThat(input.shape()).contains(shape);
      assertThat(input.type()).isEqualTo(ElementType.FLOAT32);
    }
    int told = program.tellsMoments() ? 2 : program.assignments().size();
    assertThat(graph.outputs()).hasSize(1 + written + told);
    assertThat(graph.outputs().get(0).name()).isEqualTo(program.source().logits());
  }

  @Test
  void aFreshStateGivesTheFirstAnswersAgain() {
    Tensor first = samples(6);
    try (Steps steps = steps(ANY_BATCH, 1);
        AdaptationState state = steps.initialState();
        AdaptationState reset = steps.initialState()) {
      float[] answers = steps.step(state, first).logits();
      steps.step(state, samples(6));
      assertSame(steps.step(reset, first).logits(), answers);
    }
  }

  @Test
  void answersABatchOfOne() {
    Tensor sample = samples(1);
    try (Steps steps = steps(Map.of(), 1);
        AdaptationState state = steps.initialState()) {
      StateDict before = state.toStateDict();
      Answer answer = steps.step(state, sample);
      if (steps.program().recipe().minimalBatch() > 1) {
        assertThat(answer.outcomes()).containsExactly(BELOW_MINIMUM);
        assertSame(answer.logits(), sourceAnswer(sample));
        assertThat(state.toStateDict()).isEqualTo(before);
      } else {
        assertThat(answer.outcomes()).containsExactly(sound());
      }
      assertThat(answer.logits()).doesNotContain(Float.NaN);
    }
  }

  @Test
  void answersABatchBelowTheMinimumFromTheSource() {
    Assumptions.assumeTrue(adapts());
    Tensor samples = samples(2);
    try (Steps steps = steps(Map.of("normalization.min-batch", "3"), 1);
        AdaptationState state = steps.initialState()) {
      StateDict before = state.toStateDict();
      Answer answer = steps.step(state, samples);
      assertThat(answer.outcomes()).containsExactly(BELOW_MINIMUM);
      assertSame(answer.logits(), sourceAnswer(samples));
      assertThat(state.toStateDict()).isEqualTo(before);
    }
  }

  @Test
  void aNonFiniteActivationLeavesTheStateUntouched() {
    Assumptions.assumeTrue(adapts());
    Tensor poison = Batches.scaled(samples(4), 1e38f);
    Tensor after = samples(4);
    try (Steps steps = steps(ANY_BATCH, 1);
        AdaptationState state = steps.initialState();
        AdaptationState undisturbed = steps.initialState()) {
      Tensor first = samples(4);
      steps.step(state, first);
      steps.step(undisturbed, first);

      Answer answer = steps.step(state, poison);

      assertThat(answer.outcomes()).as("%s", random).containsExactly(NON_FINITE);
      assertSame(answer.logits(), sourceAnswer(poison));
      assertSame(state.toStateDict(), undisturbed.toStateDict());
      assertSame(steps.step(state, after).logits(), steps.step(undisturbed, after).logits());
    }
  }

  @Test
  void aNonFiniteActivationOfOneStreamLeavesTheOthersAlone() {
    Assumptions.assumeTrue(adapts());
    Tensor sound = samples(4);
    Tensor poison = Batches.scaled(samples(2), 1e38f);
    Tensor mixed = Batches.joined(sound, poison);
    try (Steps steps = steps(ANY_BATCH, 1);
        AdaptationState state = steps.initialState();
        AdaptationState alone = steps.initialState();
        AdaptationState poisoned = steps.initialState()) {
      StateDict before = poisoned.toStateDict();
      Answer expected = steps.step(alone, sound);

      Answer answer = steps.step(List.of(state, poisoned), new int[] {0, 0, 0, 0, 1, 1}, mixed);

      assertThat(answer.outcomes()).containsExactly(sound(), NON_FINITE);
      assertClose(state.toStateDict(), alone.toStateDict());
      assertClose(Arrays.copyOf(answer.logits(), expected.logits().length), expected.logits());
      assertThat(poisoned.toStateDict()).isEqualTo(before);
    }
  }

  @Test
  void streamsInOneCallEqualStreamsOneByOne() {
    int[] streamOfSample = {2, 0, 1, 2, 1, 2, 2, 1};
    try (Steps steps = steps(ANY_BATCH, 1)) {
      List<AdaptationState> together = new ArrayList<>();
      List<AdaptationState> alone = new ArrayList<>();
      for (int stream = 0; stream < 3; stream++) {
        together.add(steps.initialState());
        alone.add(steps.initialState());
        // Different pasts, so that mixed-up states would show.
        Tensor past = Batches.scaled(samples(4), 1 + stream);
        steps.step(together.get(stream), past);
        steps.step(alone.get(stream), past);
      }
      for (int round = 0; round < 3; round++) {
        Tensor samples = samples(streamOfSample.length);
        Answer answer = steps.step(together, streamOfSample, samples);
        assertThat(answer.outcomes()).containsOnly(sound()).hasSize(3);
        for (int stream = 0; stream < 3; stream++) {
          int[] own = positions(streamOfSample, stream);
          Answer expected = steps.step(alone.get(stream), Batches.rows(samples, own));
          assertClose(rows(answer.logits(), own), expected.logits());
          assertClose(together.get(stream).toStateDict(), alone.get(stream).toStateDict());
        }
      }
      together.forEach(AdaptationState::close);
      alone.forEach(AdaptationState::close);
    }
  }

  @Test
  void aStreamBelowTheMinimumIsAnsweredFromTheSourceBesideOthers() {
    Assumptions.assumeTrue(adapts());
    Tensor samples = samples(5);
    try (Steps steps = steps(Map.of("normalization.min-batch", "3"), 1);
        AdaptationState large = steps.initialState();
        AdaptationState small = steps.initialState();
        AdaptationState alone = steps.initialState()) {
      StateDict before = small.toStateDict();
      Answer answer = steps.step(List.of(small, large), new int[] {1, 0, 1, 0, 1}, samples);

      assertThat(answer.outcomes()).containsExactly(BELOW_MINIMUM, sound());
      assertThat(small.toStateDict()).isEqualTo(before);
      assertClose(rows(answer.logits(), 1, 3), sourceAnswer(Batches.rows(samples, 1, 3)));
      Answer expected = steps.step(alone, Batches.rows(samples, 0, 2, 4));
      assertClose(rows(answer.logits(), 0, 2, 4), expected.logits());
    }
  }

  @Test
  void runtimeAndInterpreterAgreeOnTheProgram() {
    AdaptationProgram program = compile(ANY_BATCH, 3);
    List<StateDict> states = List.of(program.initialState(), program.initialState());
    Map<String, Tensor> inputs =
        ProgramInputs.of(program, states, new int[] {0, 1, 1, 0, 1}, samples(5));
    Map<String, Tensor> expected = Interpreter.run(program.model(), inputs);
    Map<String, Tensor> actual = OrtRunner.run(program.model(), inputs);
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, tensor) ->
            assertThat(actual.get(name).toDoubles())
                .as("%s, %s", name, random)
                .containsExactly(tensor.toDoubles(), within(TestRuntime.tolerance(1e-4))));
  }

  @Test
  void neutralSettingsGiveTheSourceModel() {
    Assumptions.assumeTrue(neutralSettings().isPresent());
    Map<String, String> settings = new TreeMap<>(ANY_BATCH);
    settings.putAll(neutralSettings().get());
    try (Steps steps = steps(settings, 1);
        AdaptationState state = steps.initialState()) {
      for (int i = 0; i < 3; i++) {
        Tensor samples = samples(4);
        assertClose(
            steps.step(state, samples).logits(), sourceAnswer(samples), within(neutralTolerance()));
      }
    }
  }

  /** How near {@link #neutralSettings} come to the source. */
  float neutralTolerance() {
    return (float) TestRuntime.tolerance(1e-5);
  }

  private boolean adapts() {
    return compile(Map.of(), 1).adapts();
  }

  private Outcome sound() {
    return adapts() ? new Outcome.Adapted() : new Outcome.Source();
  }

  private Tensor samples(int count) {
    long[] sample = net.sampleShape().dimensions();
    return random.normal(count, sample[0], sample[1], sample[2]);
  }

  private AdaptationProgram compile(Map<String, String> settings, long seed) {
    return AdaptationProgram.compile(net.source(), Recipe.parse(method(), settings), seed);
  }

  private Steps steps(Map<String, String> settings, long seed) {
    return new Steps(compile(settings, seed));
  }

  private float[] sourceAnswer(Tensor samples) {
    try (Steps source = Steps.of(net.source(), "source", Map.of(), 1);
        AdaptationState state = source.initialState()) {
      return source.step(state, samples).logits();
    }
  }

  private float[] rows(float[] logits, int... positions) {
    int samples = logits.length / net.classes();
    return Batches.rows(Tensor.ofFloats(Shape.of(samples, net.classes()), logits), positions)
        .toFloats();
  }

  private static int[] positions(int[] streamOfSample, int stream) {
    return IntStream.range(0, streamOfSample.length)
        .filter(i -> streamOfSample[i] == stream)
        .toArray();
  }

  private void assertClose(StateDict actual, StateDict expected) {
    assertThat(actual.entries().keySet()).isEqualTo(expected.entries().keySet());
    expected
        .entries()
        .forEach(
            (name, tensor) -> {
              if (tensor.type() == ElementType.FLOAT32) {
                assertClose(actual.get(name).toFloats(), tensor.toFloats());
              } else {
                assertThat(actual.get(name)).as(name).isEqualTo(tensor);
              }
            });
  }

  /** Equal to the bit on the CPU; on CUDA two sessions may choose other algorithms. */
  private void assertSame(float[] actual, float[] expected) {
    if (!TestRuntime.isCuda()) {
      assertThat(actual).as("%s", random).isEqualTo(expected);
      return;
    }
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      if (Float.isFinite(expected[i])) {
        float scale = Math.max(1, Math.abs(expected[i]));
        assertThat(actual[i] / scale)
            .as("%s", random)
            .isCloseTo(expected[i] / scale, within((float) TestRuntime.tolerance(0)));
      } else {
        assertThat(actual[i]).as("%s", random).isEqualTo(expected[i]);
      }
    }
  }

  private void assertSame(StateDict actual, StateDict expected) {
    if (TestRuntime.isCuda()) {
      assertClose(actual, expected);
    } else {
      assertThat(actual).as("%s", random).isEqualTo(expected);
    }
  }

  private void assertClose(float[] actual, float[] expected) {
    assertClose(actual, expected, within((float) TestRuntime.tolerance(1e-5)));
  }

  private void assertClose(float[] actual, float[] expected, Offset<Float> offset) {
    assertThat(actual).as("%s", random).containsExactly(expected, offset);
  }
}
