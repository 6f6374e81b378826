package dev.evenkeel.adapters.testing;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.SourceModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network small enough to be computed by hand: batch normalisations with rectified 1x1
 * convolutions between them, global average pooling and a linear head.
 *
 * @param sampleShape channels, then 1 to 3 spatial axes
 * @param layers at least one
 * @param head {@code [classes, channels of the last layer]}
 */
public record TinyNet(Shape sampleShape, List<Layer> layers, Tensor head) {

  /**
   * A batch normalisation and the convolution after it.
   *
   * @param momentum share of a batch, PyTorch's convention
   * @param mixing {@code [channels of the next layer, channels]}; null in the last layer
   */
  public record Layer(
      Tensor scale,
      Tensor bias,
      Tensor mean,
      Tensor variance,
      float epsilon,
      float momentum,
      Tensor mixing) {
    public int channels() {
      return scale.size();
    }
  }

  /** A net with random parameters; epsilon and momentum differ from layer to layer. */
  public static TinyNet random(RandomTensors random, int spatialRank, int... widths) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      int width = widths[i];
      boolean last = i == widths.length - 1;
      layers.add(
          new Layer(
              random.uniform(0.5, 1.5, width),
              random.normal(width),
              random.normal(width),
              random.uniform(0.5, 2, width),
              1e-5f * (1 + 90 * i),
              0.05f + 0.05f * i,
              last ? null : random.normal(widths[i + 1], width)));
    }
    long[] sampleShape = new long[1 + spatialRank];
    Arrays.fill(sampleShape, 3);
    sampleShape[0] = widths[0];
    return new TinyNet(Shape.of(sampleShape), layers, random.normal(4, widths[widths.length - 1]));
  }

  public int classes() {
    return (int) head.shape().dimension(0);
  }

  public SourceModel source() {
    return SourceModel.of(model(13), Map.of());
  }

  public Model model(long opset) {
    Map<String, Tensor> constants = new LinkedHashMap<>();
    List<Node> nodes = new ArrayList<>();
    String value = "x";
    for (int i = 0; i < layers.size(); i++) {
      value = add(nodes, constants, layers.get(i), i, value);
    }
    nodes.add(Node.of("GlobalAveragePool", List.of(value), List.of("pooled"), Map.of()));
    nodes.add(Node.of("Flatten", List.of("pooled"), List.of("features"), Map.of()));
    constants.put("head", head);
    constants.put("no.bias", Tensor.ofFloats(Shape.of(classes()), new float[classes()]));
    nodes.add(
        Node.of(
            "Gemm",
            List.of("features", "head", "no.bias"),
            List.of("logits"),
            Map.of("transB", Attribute.of(1L))));
    List<Dimension> input = new ArrayList<>(List.of(Dimension.symbol("batch")));
    Arrays.stream(sampleShape.dimensions()).mapToObj(Dimension::of).forEach(input::add);
    Graph graph =
        new Graph(
            "tiny",
            List.of(Value.of("x", ElementType.FLOAT32, input.toArray(Dimension[]::new))),
            List.of(
                Value.of(
                    "logits",
                    ElementType.FLOAT32,
                    Dimension.symbol("batch"),
                    Dimension.of(classes()))),
            nodes,
            constants,
            Map.of());
    return Model.of(graph, opset, opset < 13 ? 4 : 8);
  }

  private String add(
      List<Node> nodes, Map<String, Tensor> constants, Layer layer, int i, String value) {
    String name = "bn" + i;
    constants.put(name + ".scale", layer.scale());
    constants.put(name + ".bias", layer.bias());
    constants.put(name + ".mean", layer.mean());
    constants.put(name + ".variance", layer.variance());
    nodes.add(
        Node.of(
            "BatchNormalization",
            List.of(value, name + ".scale", name + ".bias", name + ".mean", name + ".variance"),
            List.of(name),
            Map.of(
                "epsilon", Attribute.of(layer.epsilon()),
                "momentum", Attribute.of(1 - layer.momentum()))));
    if (layer.mixing() == null) {
      return name;
    }
    nodes.add(Node.of("Relu", List.of(name), List.of("relu" + i), Map.of()));
    long[] kernel = new long[1 + sampleShape.rank()];
    Arrays.fill(kernel, 1);
    kernel[0] = layer.mixing().shape().dimension(0);
    kernel[1] = layer.mixing().shape().dimension(1);
    constants.put("mixing" + i, layer.mixing().reshape(kernel));
    nodes.add(Node.of("Conv", List.of("relu" + i, "mixing" + i), List.of("conv" + i), Map.of()));
    return "conv" + i;
  }
}
