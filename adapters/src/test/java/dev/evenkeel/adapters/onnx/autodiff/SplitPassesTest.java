package dev.evenkeel.adapters.onnx.autodiff;

import static dev.evenkeel.adapters.onnx.autodiff.TestGraphs.floats;
import static dev.evenkeel.adapters.onnx.autodiff.TestGraphs.model;
import static dev.evenkeel.adapters.onnx.autodiff.TestGraphs.startingWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.evenkeel.adapters.onnx.autodiff.SplitPasses.Passes;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.onnx.rewrite.GraphBuilder;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.OrtRunner;
import dev.evenkeel.adapters.testing.RandomTensors;
import dev.evenkeel.adapters.testing.TensorAssert;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SplitPassesTest {
  private final RandomTensors random = RandomTensors.seeded();

  @Test
  void bothHalvesTogetherComputeWhatTheWholeDoes() {
    Gradients gradients =
        ReverseMode.differentiate(
            TestGraphs.normalization(), "y", "seed", List.of("x", "scale", "bias"), Set.of());

    Passes passes = SplitPasses.split(gradients.joint(), "seed", gradients.gradients());

    assertSame(
        gradients,
        passes,
        Map.of(
            "x", random.normal(2, 3, 4, 5),
            "scale", random.normal(1, 3, 1, 1),
            "bias", random.normal(1, 3, 1, 1),
            "seed", random.normal(2, 3, 4, 5)));
    List<String> read = new ArrayList<>(passes.saved());
    read.addAll(List.of("x", "seed"));
    assertThat(names(passes.backward().graph().inputs())).containsExactlyElementsOf(read);
    assertThat(passes.forward().graph().input("seed")).isNull();
  }

  /** The net x -> exp -> view -> tanh, times something computed from a vector. */
  @Test
  void savesNeitherViewsNorWhatVectorsMake() {
    GraphBuilder graph = startingWith(floats("x", "N", 3, 2), floats("row", 6));
    String exp = graph.op("Exp", "exp", "x");
    String flat = graph.op("Flatten", "flat", exp);
    String factor = graph.op("Sigmoid", "factor", "row");
    graph.rename(graph.mul(flat, graph.op("Tanh", "tanh", factor)), "y");
    graph.output(floats("y", "N", 6));
    Gradients gradients =
        ReverseMode.differentiate(model(graph), "y", "seed", List.of("row"), Set.of());

    Passes passes = SplitPasses.split(gradients.joint(), "seed", gradients.gradients());

    assertThat(passes.saved()).containsExactly(exp);
    assertThat(names(passes.forward().graph().outputs())).containsExactly("y", exp);
    assertThat(passes.backward().graph().nodes())
        .extracting(Node::opType)
        .contains("Flatten", "Sigmoid", "Tanh")
        .doesNotContain("Exp");
    assertSame(
        gradients,
        passes,
        Map.of("x", random.normal(2, 3, 2), "row", random.normal(6), "seed", random.normal(2, 6)));
  }

  @Test
  void savesTheShapeOfAValueRatherThanTheValue() {
    GraphBuilder graph = startingWith(floats("x", "N", "T"), floats("bias", 1, 1));
    String exp = graph.op("Exp", "exp", graph.add("x", "bias"));
    graph.rename(graph.reduce("ReduceSum", exp, false, 0), "y");
    graph.output(floats("y", "T"));
    Gradients gradients =
        ReverseMode.differentiate(model(graph), "y", "seed", List.of(exp), Set.of());

    Passes passes = SplitPasses.split(gradients.joint(), "seed", gradients.gradients());

    assertThat(passes.saved()).hasSize(1).doesNotContain(exp);
    assertSame(
        gradients,
        passes,
        Map.of("x", random.normal(4, 3), "bias", random.normal(1, 1), "seed", random.normal(3)));
  }

  @Test
  void doesNotSaveAnOutputTwice() {
    GraphBuilder graph = startingWith(floats("x", "N", 3));
    graph.rename(graph.op("Exp", "exp", "x"), "y");
    graph.output(floats("y", "N", 3));
    Gradients gradients =
        ReverseMode.differentiate(model(graph), "y", "seed", List.of("x"), Set.of());

    Passes passes = SplitPasses.split(gradients.joint(), "seed", gradients.gradients());

    assertThat(passes.saved()).containsExactly("y");
    assertThat(names(passes.forward().graph().outputs())).containsExactly("y");
    assertThat(names(passes.backward().graph().inputs())).containsExactly("y", "seed");
  }

  @Test
  void refusesAGradientThatIsNoOutput() {
    Model model = TestGraphs.normalization();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> SplitPasses.split(model, "seed", List.of("dx")))
        .withMessageContaining("'dx'");
  }

  private void assertSame(Gradients gradients, Passes passes, Map<String, Tensor> inputs) {
    Map<String, Tensor> expected = OrtRunner.run(gradients.joint(), inputs);
    Map<String, Tensor> known = new LinkedHashMap<>(inputs);
    Map<String, Tensor> actual = OrtRunner.run(passes.forward(), pick(passes.forward(), known));
    known.putAll(actual);
    actual.putAll(OrtRunner.run(passes.backward(), pick(passes.backward(), known)));
    expected.forEach(
        (name, tensor) ->
            TensorAssert.assertClose(actual.get(name), tensor, 1e-5, name + "; " + random));
  }

  private static Map<String, Tensor> pick(Model model, Map<String, Tensor> known) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    names(model.graph().inputs()).forEach(name -> inputs.put(name, known.get(name)));
    return inputs;
  }

  private static List<String> names(List<Value> values) {
    return values.stream().map(Value::name).toList();
  }
}
