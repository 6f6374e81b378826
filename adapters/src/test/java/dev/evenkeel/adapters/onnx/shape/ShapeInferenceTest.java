package dev.evenkeel.adapters.onnx.shape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShapeInferenceTest {
  private static final Value IMAGES =
      Value.of(
          "x",
          ElementType.FLOAT32,
          Dimension.symbol("N"),
          Dimension.of(3),
          Dimension.of(8),
          Dimension.of(8));

  @ParameterizedTest
  @ValueSource(strings = {"fashion-resnet", "fashion-resnet-folded", "fashion-tiny-vit"})
  void findsTheShapeOfEveryValueOfARealModel(String name) {
    Model model = OnnxReader.read(Path.of("src/test/resources/fashion/models", name + ".onnx"));
    Graph graph = model.graph();
    Graph undeclared =
        new Graph(
            graph.name(),
            graph.inputs(),
            graph.outputs().stream()
                .map(output -> new Value(output.name(), output.type(), Optional.empty()))
                .toList(),
            graph.nodes(),
            graph.initializers(),
            Map.of());

    Map<String, Value> values = ShapeInference.infer(model.withGraph(undeclared));

    String batch = graph.inputs().get(0).shape().orElseThrow().get(0).symbol();
    assertShape(values, "logits", Dimension.symbol(batch), Dimension.of(10));
    for (Node node : graph.nodes()) {
      assertThat(values.get(node.output())).as(node.label()).isNotNull();
      assertThat(values.get(node.output()).shape()).as(node.label()).isPresent();
    }
  }

  @Test
  void followsTheShapeArithmeticOfExportedReshapes() {
    Map<String, Value> values =
        infer(
            Map.of(
                "zero", Tensor.scalar(0L),
                "axes", Tensor.ofLongs(Shape.of(1), 0),
                "rest", Tensor.ofLongs(Shape.of(1), -1)),
            node("Shape", "shape", "x"),
            node("Gather", "n", "shape", "zero"),
            node("Unsqueeze", "n1", "n", "axes"),
            Node.of(
                "Concat",
                List.of("n1", "rest"),
                List.of("target"),
                Map.of("axis", Attribute.of(0))),
            node("Reshape", "y", "x", "target"));

    assertShape(values, "y", Dimension.symbol("N"), Dimension.of(192));
    assertThat(values.get("target").type()).isEqualTo(ElementType.INT64);
  }

  @Test
  void followsTheExpandOfATokenToTheBatch() {
    Map<String, Value> values =
        infer(
            Map.of(
                "token", Tensor.ofFloats(Shape.of(1, 1, 2), 1, 2),
                "zero", Tensor.ofLongs(Shape.of(1), 0),
                "tail", Tensor.ofLongs(Shape.of(2), -1, -1),
                "three", Tensor.ofLongs(Shape.of(1), 3),
                "minusOne", Tensor.scalar(-1L)),
            node("Shape", "shape", "x"),
            node("Gather", "n", "shape", "zero"),
            Node.of(
                "Concat", List.of("n", "tail"), List.of("wanted"), Map.of("axis", Attribute.of(0))),
            Node.of(
                "ConstantOfShape",
                List.of("three"),
                List.of("ones"),
                Map.of("value", Attribute.of(Tensor.ofLongs(Shape.of(1), 1)))),
            node("Equal", "isFree", "wanted", "minusOne"),
            node("Where", "target", "isFree", "ones", "wanted"),
            node("Expand", "y", "token", "target"));

    assertShape(values, "y", Dimension.symbol("N"), Dimension.of(1), Dimension.of(2));
  }

  @Test
  void keepsTheBatchThroughConvolutionPoolingAndProduct() {
    Map<String, Value> values =
        infer(
            Map.of(
                "kernel", Tensor.ofFloats(Shape.of(4, 3, 3, 3), new float[108]),
                "weight", Tensor.ofFloats(Shape.of(4, 5), new float[20])),
            Node.of(
                "Conv",
                List.of("x", "kernel"),
                List.of("c"),
                Map.of("strides", Attribute.ofInts(2, 2), "pads", Attribute.ofInts(1, 1, 1, 1))),
            node("GlobalAveragePool", "p", "c"),
            node("Flatten", "f", "p"),
            node("MatMul", "y", "f", "weight"));

    assertShape(
        values, "c", Dimension.symbol("N"), Dimension.of(4), Dimension.of(4), Dimension.of(4));
    assertShape(values, "f", Dimension.symbol("N"), Dimension.of(4));
    assertShape(values, "y", Dimension.symbol("N"), Dimension.of(5));
  }

  @Test
  void keepsTheRankOfPartsOfAnOpenAxis() {
    Map<String, Value> values =
        infer(Map.of(), Node.of("Split", List.of("x"), List.of("a", "b"), Map.of()));

    for (String part : List.of("a", "b")) {
      assertShape(
          values, part, Dimension.UNKNOWN, Dimension.of(3), Dimension.of(8), Dimension.of(8));
    }
  }

  @Test
  void believesDeclarationsWhereItCannotInfer() {
    Node custom =
        new Node("c", "my.domain", "Mystery", List.of("x"), List.of("y"), new TreeMap<>());
    Value declared = Value.of("y", ElementType.FLOAT32, Dimension.of(7));
    Graph graph =
        new Graph(
            "g",
            List.of(IMAGES),
            List.of(declared),
            List.of(custom, node("Relu", "z", "y")),
            Map.of(),
            Map.of("y", declared));

    assertShape(ShapeInference.infer(Model.of(graph, 17, 8)), "z", Dimension.of(7));
  }

  @Test
  void leavesOutWhatUnknownAndMalformedNodesWrite() {
    Map<String, Value> values =
        infer(
            Map.of(),
            node("NoSuchOperator", "a", "x"),
            node("Relu", "b", "a"),
            Node.of("Transpose", List.of("x"), List.of("c"), Map.of("perm", Attribute.ofInts(9))),
            node("Gemm", "d"),
            Node.of("Flatten", List.of("x"), List.of("e"), Map.of("axis", Attribute.of("one"))));

    assertThat(values).containsOnlyKeys("x", "c", "e");
    assertThat(values.get("c").shape()).isEmpty();
    assertThat(values.get("e").shape()).isEmpty();
  }

  private static Map<String, Value> infer(Map<String, Tensor> constants, Node... nodes) {
    Graph graph = new Graph("g", List.of(IMAGES), List.of(), List.of(nodes), constants, Map.of());
    return ShapeInference.infer(Model.of(graph, 17, 8));
  }

  private static Node node(String opType, String output, String... inputs) {
    return Node.of(opType, List.of(inputs), List.of(output), Map.of());
  }

  private static void assertShape(Map<String, Value> values, String name, Dimension... shape) {
    assertThat(values.get(name).shape()).contains(List.of(shape));
  }
}
