package dev.evenkeel.adapters.tta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SourceModelTest {
  private static final Dimension BATCH = Dimension.symbol("N");
  private static final Value PIXELS = value("x", BATCH, Dimension.of(4));

  @Test
  void findsTheOutputNamedLogits() {
    SourceModel source = of(model(PIXELS, "logits", "probabilities"));
    assertThat(source.logits()).isEqualTo("logits");
    assertThat(source.features()).contains("x");
    assertThat(source.classes()).isEqualTo(3);
    assertThat(source.sampleShape()).isEqualTo(Shape.of(4));
  }

  @Test
  void takesTheInputOfAFinalSoftmax() {
    assertThat(of(model(PIXELS, "probabilities")).logits()).isEqualTo("logits");
  }

  @Test
  void takesTheValueThatTheSettingNames() {
    Model model = model(PIXELS, "probabilities", "other");
    assertThat(SourceModel.of(model, Map.of("model.logits", "other")).logits()).isEqualTo("other");
  }

  @Test
  void asksForASettingWhereTwoOutputsCouldBeMeant() {
    assertProblem(model(PIXELS, "probabilities", "other"), "set model.logits");
  }

  @Test
  void refusesALogitsSettingThatNothingWrites() {
    assertThatExceptionOfType(RecipeException.class)
        .isThrownBy(() -> SourceModel.of(model(PIXELS, "logits"), Map.of("model.logits", "logit")))
        .withMessageContaining("'logit'")
        .withMessageContaining("logits");
  }

  @Test
  void refusesAFixedBatchAxis() {
    assertProblem(model(value("x", Dimension.of(1), Dimension.of(4)), "logits"), "dynamic_axes");
  }

  @Test
  void refusesTwoInputs() {
    Graph graph = model(PIXELS, "logits").graph();
    List<Value> inputs = List.of(PIXELS, value("mask", BATCH, Dimension.of(4)));
    assertProblem(
        Model.of(
            new Graph(
                "two", inputs, graph.outputs(), graph.nodes(), graph.initializers(), Map.of()),
            13,
            8),
        "2 inputs [x, mask]");
  }

  @Test
  void refusesOldOperatorSets() {
    assertProblem(Model.of(model(PIXELS, "logits").graph(), 8, 8), "operator set 8");
  }

  @Test
  void takesBytesWhereTheModelScalesThemItself() {
    Value bytes = Value.of("bytes", ElementType.UINT8, BATCH, Dimension.of(4));
    Graph graph = model(PIXELS, "logits").graph();
    List<Node> nodes = new ArrayList<>(graph.nodes());
    nodes.add(0, Node.of("Cast", List.of("bytes"), List.of("x"), Map.of("to", Attribute.of(1L))));
    Graph scaling =
        new Graph("bytes", List.of(bytes), graph.outputs(), nodes, graph.initializers(), Map.of());
    assertThat(of(Model.of(scaling, 13, 8)).inputType()).isEqualTo(ElementType.UINT8);
  }

  private static SourceModel of(Model model) {
    return SourceModel.of(model, Map.of());
  }

  private static void assertProblem(Model model, String message) {
    assertThatExceptionOfType(RecipeException.class)
        .isThrownBy(() -> of(model))
        .withMessageContaining(message);
  }

  private static Model model(Value input, String... outputs) {
    List<Node> nodes =
        List.of(
            Node.of("MatMul", List.of("x", "weights"), List.of("logits"), Map.of()),
            Node.of("Softmax", List.of("logits"), List.of("probabilities"), Map.of()),
            Node.of("Neg", List.of("logits"), List.of("other"), Map.of()));
    Graph graph =
        new Graph(
            "linear",
            List.of(input),
            Arrays.stream(outputs).map(name -> value(name, BATCH, Dimension.of(3))).toList(),
            nodes,
            Map.of("weights", Tensor.ofFloats(Shape.of(4, 3), new float[12])),
            Map.of());
    return Model.of(graph, 13, 8);
  }

  private static Value value(String name, Dimension... shape) {
    return Value.of(name, ElementType.FLOAT32, shape);
  }
}
