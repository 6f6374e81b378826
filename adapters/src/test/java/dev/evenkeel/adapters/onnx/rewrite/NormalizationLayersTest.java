package dev.evenkeel.adapters.onnx.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NormalizationLayersTest {
  private static final Tensor ONES = Tensor.ofFloats(Shape.of(2), 1, 1);
  private static final Tensor MEANS = Tensor.ofFloats(Shape.of(2), 3, 4);

  @Test
  void readsParametersBehindIdentityAndConstantNodes() {
    Node constant =
        Node.of("Constant", List.of(), List.of("constant"), Map.of("value", Attribute.of(MEANS)));
    Node identity = Node.of("Identity", List.of("constant"), List.of("means"), Map.of());
    Node node =
        normalization(
            "means", Map.of("epsilon", Attribute.of(0.5f), "momentum", Attribute.of(0.75f)));

    NormalizationLayer layer = only(find(4, 13, constant, identity, node));

    assertThat(layer.mean()).isEqualTo(MEANS);
    assertThat(layer.epsilon()).isEqualTo(0.5f);
    assertThat(layer.momentum()).isEqualTo(0.25f);
    assertThat(layer.spatialRank()).isEqualTo(2);
  }

  @Test
  void keepsNormalisationOfFeaturesAsItIs() {
    assertFixed(find(2, 13, normalization("ones", Map.of())), "no positions");
  }

  @Test
  void keepsNormalisationThatWasExportedInTrainingMode() {
    Node training = normalization("ones", Map.of("training_mode", Attribute.of(1L)));
    assertFixed(find(4, 14, training), "evaluation mode");
    // Before operator set 14 the further outputs said so.
    Node old = normalization("ones", Map.of()).withOutputs(List.of("y", "a", "b", "c", "d"));
    assertFixed(find(4, 13, old), "evaluation mode");
  }

  @Test
  void keepsNormalisationWhoseParametersAreComputed() {
    Node computed = Node.of("Neg", List.of("ones"), List.of("negative"), Map.of());
    assertFixed(find(4, 13, computed, normalization("negative", Map.of())), "computed");
  }

  @Test
  void listsLayerNormalisation() {
    Node node = Node.of("LayerNormalization", List.of("x", "ones"), List.of("y"), Map.of());
    assertFixed(find(3, 17, node), "from each sample already");
  }

  private static Node normalization(String mean, Map<String, Attribute> attributes) {
    return Node.of(
        "BatchNormalization", List.of("x", "ones", "ones", mean, "ones"), List.of("y"), attributes);
  }

  private static NormalizationLayer only(NormalizationLayers layers) {
    assertThat(layers.fixed()).isEmpty();
    assertThat(layers.replaceable()).hasSize(1);
    return layers.replaceable().get(0);
  }

  private static void assertFixed(NormalizationLayers layers, String reason) {
    assertThat(layers.replaceable()).isEmpty();
    assertThat(layers.fixed()).singleElement().asString().contains(reason);
  }

  private static NormalizationLayers find(int rank, long opset, Node... nodes) {
    Dimension[] shape = new Dimension[rank];
    Arrays.fill(shape, Dimension.of(2));
    shape[0] = Dimension.symbol("N");
    Value x = Value.of("x", ElementType.FLOAT32, shape);
    Value y = Value.of("y", ElementType.FLOAT32, shape);
    return NormalizationLayers.find(
        Model.of(
            new Graph("g", List.of(x), List.of(y), List.of(nodes), Map.of("ones", ONES), Map.of()),
            opset,
            8));
  }
}
