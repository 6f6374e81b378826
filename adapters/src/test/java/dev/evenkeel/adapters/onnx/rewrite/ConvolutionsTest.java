package dev.evenkeel.adapters.onnx.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.FashionKit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConvolutionsTest {
  @Test
  void choosesEveryConvolutionOfAFoldedResidualNetwork() {
    Convolutions found = Convolutions.find(FashionKit.model("fashion-resnet-folded"), "logits");
    assertThat(found.chosen()).hasSize(15);
    assertThat(found.left()).isEmpty();
    assertThat(found.totalChannels()).isEqualTo(560);
    Convolution last = found.chosen().get(14);
    assertThat(last.offset() + last.channels()).isEqualTo(560);
  }

  @Test
  void leavesConvolutionsThatAreNormalisedAlready() {
    Convolutions found = Convolutions.find(FashionKit.resnet(), "logits");
    assertThat(found.chosen()).isEmpty();
    assertThat(found.left())
        .hasSize(15)
        .allSatisfy(left -> assertThat(left.reason()).contains("normalised already"));
  }

  @Test
  void seesANormalisationBehindAReshape() {
    Convolutions found =
        find(
            conv("x", "wide", "a"),
            Node.of("Reshape", List.of("a", "groups"), List.of("b"), Map.of()),
            Node.of("InstanceNormalization", List.of("b", "two", "two"), List.of("c"), Map.of()),
            Node.of("Reshape", List.of("c", "image"), List.of("d"), Map.of()),
            conv("d", "wide2", "e"),
            pool("e"));
    assertThat(found.chosen()).isEmpty();
    assertThat(found.left().get(0).name()).isEqualTo("a");
    assertThat(found.left().get(0).reason()).contains("normalised already");
  }

  @Test
  void leavesTheConvolutionThatIsTheClassifier() {
    Convolutions found =
        find(
            conv("x", "wide", "a"),
            Node.of("Relu", List.of("a"), List.of("b"), Map.of()),
            conv("b", "wide2", "c"),
            pool("c"));
    assertThat(found.chosen()).extracting(Convolution::name).containsExactly("a");
    assertThat(found.left()).singleElement().asString().contains("classifier");
  }

  @Test
  void leavesConvolutionsOfOnePositionAndOfOneChannel() {
    Convolutions found =
        find(
            Node.of("GlobalAveragePool", List.of("x"), List.of("squeezed"), Map.of()),
            conv("squeezed", "wide", "excitation"),
            conv("x", "narrow", "mask"),
            Node.of("Mul", List.of("mask", "excitation"), List.of("a"), Map.of()),
            conv("a", "wide2", "b"),
            pool("b"));
    assertThat(found.chosen()).isEmpty();
    assertThat(found.left())
        .extracting(left -> left.name() + " " + left.reason())
        .satisfiesExactly(
            first -> assertThat(first).startsWith("excitation ").contains("single position"),
            second -> assertThat(second).startsWith("mask ").contains("one output channel"),
            third -> assertThat(third).startsWith("b ").contains("classifier"));
  }

  @Test
  void whatIsKeptIsNumberedAnew() {
    Convolutions found = Convolutions.find(FashionKit.model("fashion-resnet-folded"), "logits");
    String third = found.chosen().get(2).name();
    Convolutions kept = found.keep(third::equals, "not wanted");
    assertThat(kept.chosen()).singleElement().extracting(Convolution::offset).isEqualTo(0);
    assertThat(kept.left())
        .hasSize(14)
        .allSatisfy(left -> assertThat(left.reason()).isEqualTo("not wanted"));
  }

  private static Convolutions find(Node... nodes) {
    Map<String, Tensor> constants = new LinkedHashMap<>();
    constants.put("narrow", Tensor.ofFloats(Shape.of(1, 2, 1, 1), 1, 1));
    constants.put("wide", Tensor.ofFloats(Shape.of(2, 2, 1, 1), 1, 2, 3, 4));
    constants.put("wide2", Tensor.ofFloats(Shape.of(2, 2, 1, 1), 1, 2, 3, 4));
    constants.put("two", Tensor.ofFloats(Shape.of(2), 1, 1));
    constants.put("groups", Tensor.ofLongs(Shape.of(3), 0, 2, -1));
    constants.put("image", Tensor.ofLongs(Shape.of(4), 0, 2, 3, 3));
    Value x =
        Value.of(
            "x",
            ElementType.FLOAT32,
            Dimension.symbol("N"),
            Dimension.of(2),
            Dimension.of(3),
            Dimension.of(3));
    Value logits = Value.of("logits", ElementType.FLOAT32, Dimension.symbol("N"), Dimension.of(2));
    Graph graph = new Graph("g", List.of(x), List.of(logits), List.of(nodes), constants, Map.of());
    return Convolutions.find(Model.of(graph, 13, 8), "logits");
  }

  private static Node conv(String input, String weights, String output) {
    return Node.of("Conv", List.of(input, weights), List.of(output), Map.of());
  }

  private static Node pool(String input) {
    return Node.of("ReduceMean", List.of(input), List.of("logits"), Map.of());
  }
}
