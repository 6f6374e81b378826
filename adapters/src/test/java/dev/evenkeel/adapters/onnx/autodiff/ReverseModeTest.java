package dev.evenkeel.adapters.onnx.autodiff;

import static dev.evenkeel.adapters.onnx.autodiff.TestGraphs.floats;
import static dev.evenkeel.adapters.onnx.autodiff.TestGraphs.model;
import static dev.evenkeel.adapters.onnx.autodiff.TestGraphs.startingWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.onnx.interpreter.Interpreter;
import dev.evenkeel.adapters.onnx.rewrite.GraphBuilder;
import dev.evenkeel.adapters.onnx.shape.ShapeInference;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.GradientCheck;
import dev.evenkeel.adapters.testing.OrtRunner;
import dev.evenkeel.adapters.testing.RandomTensors;
import dev.evenkeel.adapters.testing.TensorAssert;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("cuda")
class ReverseModeTest {
  private final RandomTensors random = RandomTensors.seeded();

  @Test
  void differentiatesANormalizationComposedOfItsMoments() {
    GradientCheck.checkOnRuntime(
        TestGraphs.normalization(),
        Map.of(
            "x", random.normal(2, 3, 4, 5),
            "scale", random.normal(1, 3, 1, 1),
            "bias", random.normal(1, 3, 1, 1)),
        "y",
        List.of("scale", "bias", "x"));
  }

  /** Products of the seed with slope and with x, of x with a factor; two sums; two poolings. */
  @Test
  void touchesWholeActivationsNoMoreOftenThanAHandWrittenNormalizationRule() {
    Model forward = TestGraphs.normalization();
    Model joint =
        ReverseMode.differentiate(forward, "y", "seed", List.of("scale", "bias", "x"), Set.of())
            .joint();
    Map<String, Value> values = ShapeInference.infer(joint);

    Map<String, Long> large =
        joint.graph().nodes().stream()
            .filter(node -> !forward.graph().nodes().contains(node) && !node.is("Identity"))
            .filter(node -> node.inputs().stream().anyMatch(input -> isLarge(values.get(input))))
            .collect(Collectors.groupingBy(Node::opType, Collectors.counting()));

    assertThat(large)
        .containsExactlyInAnyOrderEntriesOf(Map.of("Mul", 3L, "Add", 2L, "GlobalAveragePool", 2L));
  }

  @Test
  void leavesTheBatchSizeOpen() {
    Gradients gradients =
        ReverseMode.differentiate(
            TestGraphs.normalization(), "y", "seed", List.of("x", "scale"), Set.of());
    Tensor x = random.normal(5, 3, 4, 5);
    Tensor seed = random.normal(5, 3, 4, 5);

    assertThat(gradients.joint().graph().output(gradients.gradients().get(0)).shape().orElseThrow())
        .startsWith(Dimension.symbol("N"));
    for (int samples : new int[] {1, 5}) {
      Map<String, Tensor> inputs =
          Map.of(
              "x", first(x, samples),
              "seed", first(seed, samples),
              "scale", Tensor.ofFloats(Shape.of(1, 3, 1, 1), 1, 2, 3),
              "bias", Tensor.ofFloats(Shape.of(1, 3, 1, 1), 0, 0, 0));
      Map<String, Tensor> expected = Interpreter.run(gradients.joint(), inputs);
      OrtRunner.run(gradients.joint(), inputs)
          .forEach(
              (name, actual) ->
                  TensorAssert.assertClose(actual, expected.get(name), 1e-4, name + random));
    }
  }

  @Test
  void addsUpEverythingThatAValueIsUsedFor() {
    GraphBuilder graph = startingWith(floats("x", "N", 3, 4, 5), floats("scale", 1, 3, 1, 1));
    String pooled = graph.op("GlobalAveragePool", "pooled", "x");
    String gate = graph.op("Sigmoid", "gate", graph.mul(pooled, "scale"));
    String sum = graph.add(graph.add("x", graph.mul("x", gate)), graph.op("Exp", "exp", "x"));
    graph.rename(graph.mul(sum, graph.add(pooled, gate)), "y");
    graph.output(floats("y", "N", 3, 4, 5));

    GradientCheck.checkOnRuntime(
        model(graph),
        Map.of("x", random.normal(2, 3, 4, 5), "scale", random.normal(1, 3, 1, 1)),
        "y",
        List.of("x", "scale"));
  }

  @Test
  void givesZerosWhereTheOutputDoesNotDependOnATarget() {
    GraphBuilder graph =
        startingWith(floats("x", "N", 3), floats("idle", "N", 2), floats("row", 4));
    graph.rename(graph.op("Exp", "exp", "x"), "y");
    graph.output(floats("y", "N", 3));
    Gradients gradients =
        ReverseMode.differentiate(model(graph), "y", "seed", List.of("idle", "row"), Set.of());

    Map<String, Tensor> results =
        OrtRunner.run(
            gradients.joint(),
            Map.of(
                "x", random.normal(2, 3),
                "seed", random.normal(2, 3),
                "idle", random.normal(2, 2),
                "row", random.normal(4)));

    assertThat(results.get(gradients.gradients().get(0)))
        .isEqualTo(Tensor.ofFloats(Shape.of(2, 2), new float[4]));
    assertThat(results.get(gradients.gradients().get(1)))
        .isEqualTo(Tensor.ofFloats(Shape.of(4), new float[4]));
  }

  @Test
  void treatsConstantsAsIfTheyDidNotDependOnTheTargets() {
    GraphBuilder graph = startingWith(floats("x", 3));
    String weight = graph.op("Exp", "weight", "x");
    graph.rename(graph.mul("x", weight), "y");
    graph.output(floats("y", 3));
    Gradients gradients =
        ReverseMode.differentiate(model(graph), "y", "seed", List.of("x"), Set.of(weight));
    Tensor x = Tensor.ofFloats(Shape.of(3), 0, 1, 2);

    Tensor gradient =
        Interpreter.run(
                gradients.joint(), Map.of("x", x, "seed", Tensor.ofFloats(Shape.of(3), 1, 1, 1)))
            .get(gradients.gradients().get(0));

    assertThat(gradient.toDoubles()).containsExactly(1, Math.E, Math.exp(2));
  }

  @Test
  void endsAtTheFirstTarget() {
    GraphBuilder graph = startingWith(floats("x", 3));
    String early = graph.op("CumSum", "early", "x", graph.constant(Tensor.scalar(0L)));
    String middle = graph.op("Exp", "middle", early);
    graph.rename(graph.op("Tanh", "tanh", middle), "y");
    graph.output(floats("y", 3));

    Model joint =
        ReverseMode.differentiate(model(graph), "y", "seed", List.of(middle), Set.of()).joint();

    assertThat(joint.graph().nodes())
        .extracting(Node::opType)
        .containsExactly("CumSum", "Exp", "Tanh", "Mul", "Sub", "Mul", "Identity");
  }

  @Test
  void givesTheSeedAsGradientOfTheOutputItself() {
    GraphBuilder graph = startingWith(floats("x", 3));
    graph.rename(graph.op("Exp", "exp", "x"), "y");
    graph.output(floats("y", 3));
    Gradients gradients =
        ReverseMode.differentiate(model(graph), "y", "seed", List.of("y", "y"), Set.of());
    Tensor seed = random.normal(3);

    Map<String, Tensor> results =
        OrtRunner.run(gradients.joint(), Map.of("x", random.normal(3), "seed", seed));

    assertThat(gradients.gradients()).doesNotHaveDuplicates().hasSize(2);
    gradients.gradients().forEach(name -> assertThat(results.get(name)).isEqualTo(seed));
  }

  @Test
  void namesTheNodeThatStopsItAndTheTargetsThatCanStillBeReached() {
    GraphBuilder graph = startingWith(floats("far", 3), floats("near", 3));
    String unknown = graph.op("CumSum", "total", "far", graph.constant(Tensor.scalar(0L)));
    graph.rename(graph.mul(graph.op("Exp", "exp", unknown), "near"), "y");
    graph.output(floats("y", 3));
    Model forward = model(graph);

    assertThatExceptionOfType(NotDifferentiableException.class)
        .isThrownBy(
            () -> ReverseMode.differentiate(forward, "y", "seed", List.of("far", "near"), Set.of()))
        .withMessageContaining("CumSum 'total'")
        .withMessageContaining("[near]")
        .satisfies(
            refusal -> {
              assertThat(refusal.operator()).isEqualTo("CumSum");
              assertThat(refusal.node()).isEqualTo("CumSum 'total'");
              assertThat(refusal.reachable()).containsExactly("near");
            });
    assertThat(
            ReverseMode.differentiate(forward, "y", "seed", List.of("near"), Set.of()).gradients())
        .hasSize(1);
  }

  @Test
  void refusesWhatItCannotFind() {
    Model forward = TestGraphs.normalization();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReverseMode.differentiate(forward, "z", "seed", List.of("x"), Set.of()))
        .withMessageContaining("'z'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReverseMode.differentiate(forward, "y", "seed", List.of("w"), Set.of()))
        .withMessageContaining("'w'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReverseMode.differentiate(forward, "y", "x", List.of("x"), Set.of()))
        .withMessageContaining("'x'");
  }

  private static boolean isLarge(Value value) {
    return value != null
        && value.shape().orElseThrow().size() == 4
        && value.shape().orElseThrow().get(3).size() > 1;
  }

  private static Tensor first(Tensor all, int samples) {
    long[] shape = all.shape().dimensions();
    int size = all.size() / (int) shape[0] * samples;
    shape[0] = samples;
    return Tensor.ofFloats(Shape.of(shape), Arrays.copyOf(all.toFloats(), size));
  }
}
