package dev.evenkeel.adapters.tta.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.evenkeel.adapters.npy.Npz;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.interpreter.Interpreter;
import dev.evenkeel.adapters.onnx.rewrite.ExposeAffineParameters;
import dev.evenkeel.adapters.onnx.rewrite.StreamAxis;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.testing.GradientCheck;
import dev.evenkeel.adapters.testing.ProgramInputs;
import dev.evenkeel.adapters.testing.RandomTensors;
import dev.evenkeel.adapters.testing.Steps;
import dev.evenkeel.adapters.testing.TinyNet;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.SourceModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FisherInformationTest {
  private static final double STEP = 1e-6;
  private static final int SIZE = 6;

  private final RandomTensors random = RandomTensors.seeded();
  private final TinyNet net = TinyNet.random(random, 2, 3, 5, 5);

  @TempDir private Path folder;

  @Test
  void equalsWhatEatasCodeMeasures() throws IOException {
    Path file = FashionKit.copyTo(folder, "calibration/source-images.npz");
    Tensor images = Npz.read(file).get("images");
    int count = (int) images.shape().dimension(0);
    Map<String, Tensor> measured =
        measure(
            program(FashionKit.source(), "tent"),
            (fisher, batch) -> {
              for (int start = 0; start < count; start += 64) {
                FashionKit.fill(batch, images, start, Math.min(count, start + 64));
                fisher.add(batch);
              }
            });
    for (String name : List.of("gamma", "beta")) {
      Tensor reference = FashionKit.array("goldens/iid/eata_b64/fisher_" + name + ".npy");
      assertThat(
              GradientCheck.relativeDistance(
                  List.of(doubles(measured.get(name))), List.of(doubles(reference))))
          .as(name)
          .isLessThanOrEqualTo(1e-3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"source+tent", "tent", "alpha-bn+tent", "rbn+tent"})
  void isTheSquaredSlopeOfTheCrossEntropyAveragedOverBatches(String recipe) {
    AdaptationProgram program = program(net.source(), recipe);
    List<Tensor> batches = List.of(samples(), samples(), samples());
    Map<String, Tensor> measured =
        measure(
            program,
            (fisher, batch) -> {
              for (Tensor samples : batches) {
                batch.clear();
                for (int i = 0; i < SIZE; i++) {
                  batch.addFloat32(Steps.sample(samples, i));
                }
                fisher.add(batch);
              }
            });
    double[] expected = new double[26];
    for (Tensor samples : batches) {
      double[] slopes = differences(program, samples);
      for (int i = 0; i < slopes.length; i++) {
        expected[i] += slopes[i] * slopes[i] / batches.size();
      }
    }
    double[] joined = new double[26];
    System.arraycopy(measured.get("gamma").toDoubles(), 0, joined, 0, 13);
    System.arraycopy(measured.get("beta").toDoubles(), 0, joined, 13, 13);
    assertThat(GradientCheck.relativeDistance(List.of(vector(joined)), List.of(vector(expected))))
        .as("%s", random)
        .isLessThanOrEqualTo(1e-3);
  }

  @Test
  void needsARecipeThatLearnsAndABatch() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FisherInformation(program(net.source(), "unmix-tns"), null))
        .withMessageContaining("learns no parameters");
    assertThatIllegalStateException()
        .isThrownBy(() -> measure(program(net.source(), "tent"), (fisher, batch) -> {}));
  }

  private static Map<String, Tensor> measure(
      AdaptationProgram program, BiConsumer<FisherInformation, SampleBatch> batches) {
    try (OrtRuntime runtime = OrtRuntime.open(program, RuntimeOptions.CPU_SINGLE_THREAD);
        AdaptationSession session = runtime.newSession();
        Network network = runtime.newNetwork()) {
      FisherInformation fisher = new FisherInformation(program, network);
      batches.accept(fisher, session.newBatch());
      return fisher.arrays();
    }
  }

  /** Central differences in double precision of the mean cross-entropy to the arg-max. */
  private double[] differences(AdaptationProgram program, Tensor samples) {
    Map<String, Tensor> inputs =
        new TreeMap<>(
            ProgramInputs.of(program, List.of(program.initialState()), new int[SIZE], samples));
    inputs.put(StreamAxis.MOMENTUM_COUNT, Tensor.ofFloats(Shape.of(1), new float[] {SIZE}));
    inputs.replaceAll((name, tensor) -> tensor.type().isFloat() ? doubles(tensor) : tensor);
    float[] source = LearnedState.parameters(program.initialState(), LearnedState.PARAMETERS);
    double[] at = new double[source.length];
    for (int i = 0; i < at.length; i++) {
      at[i] = source[i];
    }
    double[] logits = logits(program, inputs, at);
    double[] slopes = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      double kept = at[i];
      at[i] = kept + STEP;
      double above = crossEntropy(logits(program, inputs, at), logits);
      at[i] = kept - STEP;
      double below = crossEntropy(logits(program, inputs, at), logits);
      at[i] = kept;
      slopes[i] = (above - below) / (2 * STEP);
    }
    return slopes;
  }

  private static double[] logits(
      AdaptationProgram program, Map<String, Tensor> inputs, double[] parameters) {
    Map<String, Tensor> all = new TreeMap<>(inputs);
    all.put(
        ExposeAffineParameters.INPUT,
        Tensor.ofDoubles(Shape.of(1, 2, parameters.length / 2), parameters.clone()));
    Model learning = program.learning().orElseThrow().forward();
    all.keySet().removeIf(name -> learning.graph().input(name) == null);
    return Interpreter.run(learning, all).get(program.source().logits()).toDoubles();
  }

  private double crossEntropy(double[] logits, double[] original) {
    int classes = net.classes();
    double sum = 0;
    for (int row = 0; row < SIZE; row++) {
      int best = row * classes;
      double total = 0;
      for (int i = row * classes; i < (row + 1) * classes; i++) {
        best = original[i] > original[best] ? i : best;
        total += Math.exp(logits[i]);
      }
      sum += Math.log(total) - logits[best];
    }
    return sum / SIZE;
  }

  private Tensor samples() {
    return random.uniform(0, 1, SIZE, 3, 3, 3);
  }

  private static AdaptationProgram program(SourceModel source, String recipe) {
    Map<String, String> settings = Map.of("normalization.min-batch", "1");
    return AdaptationProgram.compile(source, Recipe.parse(recipe, settings), 1);
  }

  private static Tensor doubles(Tensor tensor) {
    return Tensor.ofDoubles(tensor.shape(), tensor.toDoubles());
  }

  private static Tensor vector(double[] values) {
    return Tensor.ofDoubles(Shape.of(values.length), values);
  }
}
