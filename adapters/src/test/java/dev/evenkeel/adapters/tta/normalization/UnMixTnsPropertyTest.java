package dev.evenkeel.adapters.tta.normalization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.interpreter.Interpreter;
import dev.evenkeel.adapters.onnx.rewrite.PruneUnused;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.Batches;
import dev.evenkeel.adapters.testing.OrtRunner;
import dev.evenkeel.adapters.testing.ProgramInputs;
import dev.evenkeel.adapters.testing.RandomTensors;
import dev.evenkeel.adapters.testing.Steps;
import dev.evenkeel.adapters.testing.TinyNet;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.StateDict;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold of UnMix-TNS whatever the numbers are. */
class UnMixTnsPropertyTest {
  private static final int COMPONENTS = 4;
  private static final Map<String, String> FEW_COMPONENTS =
      Map.of("normalization.components", Integer.toString(COMPONENTS));

  private final RandomTensors random = RandomTensors.seeded();
  private final TinyNet net = TinyNet.random(random, 2, 3, 5, 5);
  private final TinyNet oneLayer = TinyNet.random(random, 2, 4);

  @ParameterizedTest
  @ValueSource(ints = {2, 16})
  void firstComponentsTogetherHaveTheSourceVarianceInExpectation(int components) {
    TinyNet wide = TinyNet.random(random, 1, 5000);
    StateDict state = initialState(wide, components);
    double[] means = state.get("norm.means").toDoubles();
    double[] variances = state.get("norm.variances").toDoubles();
    double[] source = wide.layers().get(0).variance().toDoubles();
    double ratio = 0;
    for (int c = 0; c < source.length; c++) {
      double mean = 0;
      double square = 0;
      double within = 0;
      for (int k = 0; k < components; k++) {
        mean += means[k * source.length + c] / components;
        square += means[k * source.length + c] * means[k * source.length + c] / components;
        within += variances[k * source.length + c] / components;
      }
      ratio += (within + square - mean * mean) / source[c] / source.length;
    }
    assertThat(ratio).isCloseTo(1, within(0.04));
  }

  @Test
  void aSingleComponentStartsAsTheSourceStatistics() {
    StateDict state = initialState(oneLayer, 1);
    TinyNet.Layer layer = oneLayer.layers().get(0);
    assertThat(state.get("norm.means").toFloats()).isEqualTo(layer.mean().toFloats());
    assertThat(state.get("norm.variances").toFloats()).isEqualTo(layer.variance().toFloats());
  }

  @Test
  void aSingleComponentIsInstanceNormalisation() {
    Tensor samples = samples(net, 4);
    float[] expected =
        OrtRunner.run(withInstanceNormalization(net.model(13)), Map.of("x", samples))
            .get("logits")
            .toFloats();
    try (Steps steps = steps(net, Map.of("normalization.components", "1"));
        AdaptationState state = steps.initialState()) {
      assertClose(steps.step(state, samples).logits(), expected, 1e-4f);
    }
  }

  @Test
  void answersDoNotDependOnBatchMates() {
    Tensor samples = samples(net, 6);
    try (Steps steps = steps(net, FEW_COMPONENTS);
        AdaptationState state = steps.initialState()) {
      steps.step(state, samples(net, 4));
      StateDict before = state.toStateDict();
      float[] together = steps.step(state, samples).logits();
      for (int i = 0; i < 6; i++) {
        try (AdaptationState same = steps.restore(before)) {
          float[] alone = steps.step(same, Batches.rows(samples, i)).logits();
          assertClose(rows(together, i), alone, 1e-5f);
        }
      }
    }
  }

  @Test
  void permutedComponentsGiveTheSameAnswersAndAPermutedState() {
    int[] order = {2, 0, 3, 1};
    Tensor samples = samples(net, 5);
    try (Steps steps = steps(net, FEW_COMPONENTS);
        AdaptationState state = steps.initialState();
        AdaptationState permuted = steps.restore(components(state.toStateDict(), order))) {
      assertClose(
          steps.step(permuted, samples).logits(), steps.step(state, samples).logits(), 1e-5f);
      assertClose(permuted.toStateDict(), components(state.toStateDict(), order));
    }
  }

  @Test
  void permutedSamplesGivePermutedAnswersAndTheSameState() {
    int[] order = {3, 1, 4, 0, 2};
    Tensor samples = samples(net, 5);
    try (Steps steps = steps(net, FEW_COMPONENTS);
        AdaptationState state = steps.initialState();
        AdaptationState other = steps.initialState()) {
      float[] answers = steps.step(state, samples).logits();
      float[] permuted = steps.step(other, Batches.rows(samples, order)).logits();
      assertClose(permuted, rows(answers, order), 1e-5f);
      assertClose(other.toStateDict(), state.toStateDict());
    }
  }

  @Test
  void scalingASampleLeavesItsAssignmentUnchanged() {
    AdaptationProgram program =
        AdaptationProgram.compile(oneLayer.source(), Recipe.parse("unmix-tns", FEW_COMPONENTS), 1);
    Tensor samples = samples(oneLayer, 3);
    double[] p = assignment(program, samples);
    assertThat(p).hasSize(3 * COMPONENTS);
    assertThat(assignment(program, Batches.scaled(samples, 7.5f)))
        .as("%s", random)
        .containsExactly(p, within(1e-5));
  }

  @Test
  void aTinyMomentumLeavesTheStateAsItIs() {
    Map<String, String> settings = new TreeMap<>(FEW_COMPONENTS);
    settings.put("normalization.momentum", "1e-9");
    try (Steps steps = steps(net, settings);
        AdaptationState state = steps.initialState()) {
      StateDict before = state.toStateDict();
      steps.step(state, samples(net, 8));
      assertThat(state.toStateDict().get("norm.means")).isEqualTo(before.get("norm.means"));
      assertThat(state.toStateDict().get("norm.variances")).isEqualTo(before.get("norm.variances"));
    }
  }

  @Test
  void componentsThatEqualEverySampleStayWhereTheyAre() {
    Tensor sample = samples(oneLayer, 1);
    float[] m = instanceMeans(sample)[0];
    float[] v = instanceVariances(sample);
    StateDict fixedPoint =
        StateDict.of(Map.of("norm.means", repeated(m), "norm.variances", repeated(v)));
    try (Steps steps = steps(oneLayer, FEW_COMPONENTS);
        AdaptationState state = steps.restore(fixedPoint)) {
      steps.step(state, Batches.rows(sample, 0, 0, 0));
      StateDict after = state.toStateDict();
      assertClose(after.get("norm.means").toFloats(), repeated(m).toFloats(), 1e-6f);
      assertClose(after.get("norm.variances").toFloats(), repeated(v).toFloats(), 1e-6f);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.1", "1"})
  void newMeansLieBetweenOldOnesAndSamples(String momentum) {
    Map<String, String> settings = new TreeMap<>(FEW_COMPONENTS);
    settings.put("normalization.momentum", momentum);
    settings.put("normalization.reference-batch", "4");
    try (Steps steps = steps(oneLayer, settings);
        AdaptationState state = steps.initialState()) {
      for (int round = 0; round < 5; round++) {
        Tensor samples = Batches.scaled(samples(oneLayer, 4), 3);
        float[] before = state.toStateDict().get("norm.means").toFloats();
        steps.step(state, samples);
        float[] after = state.toStateDict().get("norm.means").toFloats();
        float[][] means = instanceMeans(samples);
        int channels = means[0].length;
        for (int i = 0; i < after.length; i++) {
          float low = before[i];
          float high = before[i];
          for (float[] mean : means) {
            low = Math.min(low, mean[i % channels]);
            high = Math.max(high, mean[i % channels]);
          }
          assertThat(after[i]).as("%s", random).isBetween(low - 1e-5f, high + 1e-5f);
        }
        for (float variance : state.toStateDict().get("norm.variances").toFloats()) {
          assertThat(variance).as("%s", random).isNotNegative();
        }
      }
    }
  }

  @Test
  void oneLargeBatchMovesTheComponentsAsManySmallOnesDo() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("normalization.components", "16");
    // All similarities count the same, so that assignments stay what they are.
    settings.put("normalization.temperature", "1000000");
    settings.put("normalization.momentum", "0.1");
    Tensor sample = samples(oneLayer, 1);
    try (Steps steps = steps(oneLayer, settings);
        AdaptationState large = steps.initialState();
        AdaptationState small = steps.initialState()) {
      float[] before = large.toStateDict().get("norm.means").toFloats();
      steps.step(large, Batches.rows(sample, new int[64]));
      for (int i = 0; i < 64; i++) {
        steps.step(small, sample);
      }
      float[] atOnce = large.toStateDict().get("norm.means").toFloats();
      float[] oneByOne = small.toStateDict().get("norm.means").toFloats();
      for (int i = 0; i < before.length; i++) {
        double displacement = oneByOne[i] - before[i];
        assertThat((double) atOnce[i] - before[i])
            .as("%s", random)
            .isCloseTo(displacement, within(0.06 * Math.abs(displacement) + 1e-6));
      }
    }
  }

  private static Model withInstanceNormalization(Model model) {
    Graph graph = model.graph();
    List<Node> nodes = graph.nodes().stream().map(UnMixTnsPropertyTest::instance).toList();
    return model.withGraph(
        PruneUnused.prune(
            new Graph(
                graph.name(),
                graph.inputs(),
                graph.outputs(),
                nodes,
                graph.initializers(),
                Map.of())));
  }

  private static Node instance(Node node) {
    return node.is("BatchNormalization")
        ? Node.of(
            "InstanceNormalization",
            node.inputs().subList(0, 3),
            node.outputs(),
            Map.of("epsilon", node.attributes().get("epsilon")))
        : node;
  }

  private static double[] assignment(AdaptationProgram program, Tensor samples) {
    int count = (int) samples.shape().dimension(0);
    Node softmax =
        program.model().graph().nodes().stream()
            .filter(node -> node.is("Softmax"))
            .findFirst()
            .orElseThrow();
    Map<String, Tensor> inputs =
        ProgramInputs.of(program, List.of(program.initialState()), new int[count], samples);
    return Interpreter.runAll(program.model(), inputs).get(softmax.output()).toDoubles();
  }

  private static Steps steps(TinyNet net, Map<String, String> settings) {
    return Steps.of(net.source(), "unmix-tns", settings, 1);
  }

  private static StateDict initialState(TinyNet net, int components) {
    Recipe recipe =
        Recipe.parse("unmix-tns", Map.of("normalization.components", Integer.toString(components)));
    return AdaptationProgram.compile(net.source(), recipe, 11).initialState();
  }

  private Tensor samples(TinyNet of, int count) {
    long[] sample = of.sampleShape().dimensions();
    return random.normal(count, sample[0], sample[1], sample[2]);
  }

  /** The state with its components in another order. */
  private static StateDict components(StateDict state, int... order) {
    Map<String, Tensor> entries = new TreeMap<>(state.entries());
    entries.replaceAll(
        (name, tensor) -> name.startsWith("norm.") ? Batches.rows(tensor, order) : tensor);
    return StateDict.of(entries);
  }

  private static Tensor repeated(float[] channels) {
    return Batches.rows(
        Tensor.ofFloats(Shape.of(1, channels.length), channels), new int[COMPONENTS]);
  }

  /** {@code [samples][channels]}. */
  private static float[][] instanceMeans(Tensor samples) {
    int count = (int) samples.shape().dimension(0);
    int channels = (int) samples.shape().dimension(1);
    float[] values = samples.toFloats();
    int positions = values.length / count / channels;
    float[][] means = new float[count][channels];
    for (int i = 0; i < values.length; i++) {
      means[i / positions / channels][i / positions % channels] += values[i] / positions;
    }
    return means;
  }

  private static float[] instanceVariances(Tensor sample) {
    float[] squares = sample.toFloats();
    for (int i = 0; i < squares.length; i++) {
      squares[i] *= squares[i];
    }
    float[] variances = instanceMeans(Tensor.ofFloats(sample.shape(), squares))[0];
    float[] means = instanceMeans(sample)[0];
    for (int c = 0; c < means.length; c++) {
      variances[c] -= means[c] * means[c];
    }
    return variances;
  }

  private float[] rows(float[] logits, int... positions) {
    int samples = logits.length / net.classes();
    return Batches.rows(Tensor.ofFloats(Shape.of(samples, net.classes()), logits), positions)
        .toFloats();
  }

  private void assertClose(StateDict actual, StateDict expected) {
    for (String entry : List.of("norm.means", "norm.variances")) {
      assertClose(actual.get(entry).toFloats(), expected.get(entry).toFloats(), 1e-5f);
    }
  }

  private void assertClose(float[] actual, float[] expected, float tolerance) {
    assertThat(actual).as("%s", random).containsExactly(expected, within(tolerance));
  }
}
