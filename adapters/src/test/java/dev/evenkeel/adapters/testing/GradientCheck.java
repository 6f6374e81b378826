package dev.evenkeel.adapters.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.onnx.autodiff.Gradients;
import dev.evenkeel.adapters.onnx.autodiff.ReverseMode;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.onnx.interpreter.Interpreter;
import dev.evenkeel.adapters.onnx.shape.ShapeInference;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares gradients that a model computes with differences of its output, both in double
 * precision.
 */
public final class GradientCheck {
  private static final double STEP = 1e-7;
  private static final double TOLERANCE = 1e-6;
  private static final double RUNTIME_TOLERANCE = TestRuntime.tolerance(1e-4);
  private static final String SEED = "test.seed";

  private final Gradients gradients;
  private final Model forward;
  private final String output;
  private final List<String> targets;
  private final Map<String, Tensor> inputs;

  private GradientCheck(
      Model forward, Map<String, Tensor> inputs, String output, List<String> targets) {
    this.output = output;
    this.targets = targets;
    this.forward = withOutput(forward, output);
    gradients = ReverseMode.differentiate(forward, output, SEED, targets, Set.of());
    Tensor like = Interpreter.run(this.forward, inputs).get(output);
    this.inputs = new LinkedHashMap<>(inputs);
    this.inputs.put(SEED, RandomTensors.seeded().normal(like.shape().dimensions()));
  }

  /**
   * The relative distance (L2, over all targets) between the gradients of {@code <random, output>}
   * and central differences is at most 1e-6.
   *
   * @param inputs away from kinks; a tensor for every graph input
   * @param targets graph inputs
   */
  public static void check(
      Model forward, Map<String, Tensor> inputs, String output, List<String> targets) {
    new GradientCheck(forward, inputs, output, targets).againstDifferences();
  }

  /** The same, and ONNX Runtime computes the same gradients within 1e-4. */
  public static void checkOnRuntime(
      Model forward, Map<String, Tensor> inputs, String output, List<String> targets) {
    GradientCheck check = new GradientCheck(forward, inputs, output, targets);
    check.againstDifferences();
    check.onRuntime();
  }

  /** {@code |a - b| / |b|} over all elements of both lists; {@code |a|} where b is zero. */
  public static double relativeDistance(List<Tensor> a, List<Tensor> b) {
    assertThat(a).hasSameSizeAs(b);
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < a.size(); i++) {
      assertThat(a.get(i).shape()).isEqualTo(b.get(i).shape());
      double[] left = a.get(i).toDoubles();
      double[] right = b.get(i).toDoubles();
      for (int k = 0; k < left.length; k++) {
        difference += (left[k] - right[k]) * (left[k] - right[k]);
        norm += right[k] * right[k];
      }
    }
    return Math.sqrt(norm == 0 ? difference : difference / norm);
  }

  private void againstDifferences() {
    Map<String, Tensor> exact = new LinkedHashMap<>();
    inputs.forEach(
        (name, tensor) -> exact.put(name, tensor.type().isFloat() ? toDouble(tensor) : tensor));
    List<Tensor> actual = pick(Interpreter.run(gradients.joint(), exact));
    List<Tensor> expected = new ArrayList<>();
    targets.forEach(target -> expected.add(differences(exact, target)));
    assertThat(relativeDistance(actual, expected))
        .as("relative distance to differences; %s", RandomTensors.seeded())
        .isLessThanOrEqualTo(TOLERANCE);
  }

  private void onRuntime() {
    List<Tensor> expected = pick(Interpreter.run(gradients.joint(), inputs));
    List<Tensor> actual = pick(OrtRunner.run(gradients.joint(), inputs));
    for (int i = 0; i < targets.size(); i++) {
      TensorAssert.assertClose(
          actual.get(i),
          expected.get(i),
          RUNTIME_TOLERANCE,
          "gradient of " + targets.get(i) + " on ONNX Runtime; " + RandomTensors.seeded());
    }
  }

  private List<Tensor> pick(Map<String, Tensor> results) {
    return gradients.gradients().stream().map(results::get).toList();
  }

  private Tensor differences(Map<String, Tensor> at, String target) {
    Map<String, Tensor> moved = new LinkedHashMap<>(at);
    moved.remove(SEED);
    double[] seed = at.get(SEED).toDoubles();
    Tensor start = at.get(target);
    double[] values = start.toDoubles();
    double[] slopes = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      double kept = values[i];
      values[i] = kept + STEP;
      moved.put(target, Tensor.ofDoubles(start.shape(), values));
      double[] above = Interpreter.run(forward, moved).get(output).toDoubles();
      values[i] = kept - STEP;
      moved.put(target, Tensor.ofDoubles(start.shape(), values));
      double[] below = Interpreter.run(forward, moved).get(output).toDoubles();
      values[i] = kept;
      // Differences before the sum: most elements of the output do not move at all.
      for (int k = 0; k < seed.length; k++) {
        slopes[i] += seed[k] * (above[k] - below[k]) / (2 * STEP);
      }
    }
    return Tensor.ofDoubles(start.shape(), slopes);
  }

  private static Tensor toDouble(Tensor tensor) {
    return Tensor.ofDoubles(tensor.shape(), tensor.toDoubles());
  }

  /** The model with the value that is differentiated as its only output. */
  private static Model withOutput(Model model, String output) {
    Graph graph = model.graph();
    Value value = ShapeInference.infer(model).get(output);
    return model.withGraph(
        new Graph(
            graph.name(),
            graph.inputs(),
            List.of(value),
            graph.nodes(),
            graph.initializers(),
            graph.values()));
  }
}
