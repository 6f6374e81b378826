package dev.evenkeel.adapters.tta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.interpreter.Interpreter;
import dev.evenkeel.adapters.onnx.rewrite.ExposeAffineParameters;
import dev.evenkeel.adapters.onnx.rewrite.StreamAxis;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.GradientCheck;
import dev.evenkeel.adapters.testing.OrtRunner;
import dev.evenkeel.adapters.testing.ProgramInputs;
import dev.evenkeel.adapters.testing.RandomTensors;
import dev.evenkeel.adapters.testing.Steps;
import dev.evenkeel.adapters.testing.TinyNet;
import dev.evenkeel.adapters.tta.learning.LearnedState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Forward and backward pass together give the gradient of all parameters of each of several streams
 * at once, through the statistics where they know the batch.
 */
class LearningModelsTest {
  private static final double STEP = 1e-6;
  private static final int[] STREAM_OF_SAMPLE = {1, 0, 0, 1, 2, 0, 1, 2, 0};
  private static final int STREAMS = 3;
  private static final int CHANNELS = 13;

  private final RandomTensors random = RandomTensors.seeded();
  private final TinyNet net = TinyNet.random(random, 2, 3, 5, 5);

  /**
   * Assignments count as constants of UnMix-TNS: differences agree where they are, either because
   * the temperature makes them equal, or because only the layer behind them is learned.
   */
  @ParameterizedTest
  @CsvSource({
    "source+tent, adapt-layers, all",
    "tent, adapt-layers, all",
    "tent, adapt-layers, last:2",
    "alpha-bn+tent, adapt-layers, all",
    "iabn+tent, adapt-layers, all",
    "rbn+tent, adapt-layers, all",
    "note, adapt-layers, all",
    "rotta, adapt-layers, all",
    "unmix-tns+tent, normalization.components, 1",
    "unmix-tns+tent, normalization.temperature, 1000000",
    "unmix-tns+tent, adapt-layers, last:1",
  })
  void equalsDifferencesOfTheLogits(String recipe, String key, String value) {
    AdaptationProgram program =
        AdaptationProgram.compile(
            net.source(),
            Recipe.parse(recipe, Map.of(key, value, "normalization.min-batch", "1")),
            random.random().nextLong());
    LearningModels models = program.learning().orElseThrow();
    Map<String, Tensor> inputs = inputs(program);
    Tensor seed = random.normal(STREAM_OF_SAMPLE.length, net.classes());

    List<Tensor> expected = List.of(differences(program, doubles(inputs), seed));
    Tensor exact = gradient(program, doubles(inputs), doubles(seed), Interpreter::run);
    Tensor single = gradient(program, inputs, seed, OrtRunner::run);

    assertThat(exact.shape()).isEqualTo(Shape.of(STREAMS, 2L * adapted(models)));
    assertThat(GradientCheck.relativeDistance(List.of(exact), expected))
        .as("in double precision; %s", random)
        .isLessThanOrEqualTo(1e-6);
    assertThat(GradientCheck.relativeDistance(List.of(doubles(single)), expected))
        .as("on ONNX Runtime; %s", random)
        .isLessThanOrEqualTo(1e-3);
  }

  /** Streams whose statistics and parameters differ. */
  private Map<String, Tensor> inputs(AdaptationProgram program) {
    List<StateDict> states = new ArrayList<>();
    try (Steps steps = new Steps(program);
        AdaptationState state = steps.initialState()) {
      for (int stream = 0; stream < STREAMS; stream++) {
        states.add(state.toStateDict());
        steps.step(state, samples());
      }
    }
    Map<String, Tensor> inputs =
        new TreeMap<>(ProgramInputs.of(program, states, STREAM_OF_SAMPLE, samples()));
    float[] source = LearnedState.parameters(program.initialState(), LearnedState.PARAMETERS);
    float[] affine = random.uniform(-0.2, 0.2, STREAMS, 2, CHANNELS).toFloats();
    for (int i = 0; i < affine.length; i++) {
      affine[i] += source[i % source.length];
    }
    inputs.put(
        ExposeAffineParameters.INPUT, Tensor.ofFloats(Shape.of(STREAMS, 2, CHANNELS), affine));
    inputs.put(StreamAxis.MOMENTUM_COUNT, inputs.get(StreamAxis.COUNT));
    return inputs;
  }

  private Tensor samples() {
    return random.uniform(0, 1, STREAM_OF_SAMPLE.length, 3, 3, 3);
  }

  private static Tensor gradient(
      AdaptationProgram program,
      Map<String, Tensor> inputs,
      Tensor seed,
      BiFunction<Model, Map<String, Tensor>, Map<String, Tensor>> runner) {
    LearningModels models = program.learning().orElseThrow();
    Map<String, Tensor> known = new TreeMap<>(inputs);
    known.putAll(runner.apply(models.forward(), readBy(models.forward().graph(), inputs)));
    known.put(LearningModels.SEED, seed);
    return runner
        .apply(models.backward(), readBy(models.backward().graph(), known))
        .get(LearningModels.GRADIENT);
  }

  /** Central differences of the product of seed and logits, as the backward pass lays them out. */
  private static Tensor differences(
      AdaptationProgram program, Map<String, Tensor> inputs, Tensor seed) {
    LearningModels models = program.learning().orElseThrow();
    Map<String, Tensor> moved = readBy(models.forward().graph(), inputs);
    double[] at = inputs.get(ExposeAffineParameters.INPUT).toDoubles();
    List<Integer> learned = new ArrayList<>();
    for (int half = 0; half < 2; half++) {
      int start = half * CHANNELS;
      models
          .adapted()
          .forEach(
              layer ->
                  IntStream.range(0, layer.channels())
                      .forEach(channel -> learned.add(start + layer.offset() + channel)));
    }
    double[] slopes = new double[STREAMS * learned.size()];
    for (int i = 0; i < slopes.length; i++) {
      int position = i / learned.size() * 2 * CHANNELS + learned.get(i % learned.size());
      double kept = at[position];
      double[][] logits = new double[2][];
      for (int side = 0; side < 2; side++) {
        at[position] = kept + (side == 0 ? -STEP : STEP);
        moved.put(
            ExposeAffineParameters.INPUT, Tensor.ofDoubles(Shape.of(STREAMS, 2, CHANNELS), at));
        logits[side] =
            Interpreter.run(models.forward(), moved).get(program.source().logits()).toDoubles();
      }
      at[position] = kept;
      double[] weights = seed.toDoubles();
      for (int k = 0; k < weights.length; k++) {
        slopes[i] += weights[k] * (logits[1][k] - logits[0][k]) / (2 * STEP);
      }
    }
    return Tensor.ofDoubles(Shape.of(STREAMS, learned.size()), slopes);
  }

  private static int adapted(LearningModels models) {
    return models.adapted().stream().mapToInt(layer -> layer.channels()).sum();
  }

  private static Map<String, Tensor> readBy(Graph graph, Map<String, Tensor> values) {
    Map<String, Tensor> read = new TreeMap<>(values);
    read.keySet().removeIf(name -> graph.input(name) == null);
    return read;
  }

  private static Map<String, Tensor> doubles(Map<String, Tensor> tensors) {
    Map<String, Tensor> exact = new TreeMap<>();
    tensors.forEach(
        (name, tensor) -> exact.put(name, tensor.type().isFloat() ? doubles(tensor) : tensor));
    return exact;
  }

  private static Tensor doubles(Tensor tensor) {
    return Tensor.ofDoubles(tensor.shape(), tensor.toDoubles());
  }
}
