package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.onnx.shape.ShapeInference;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The layers of a model whose scale and bias can be learned, in graph order: batch normalisations
 * whose statistics can be replaced, and layer, instance and group normalisations.
 */
public record AffineLayers(List<AffineLayer> layers) {
  public AffineLayers {
    layers = List.copyOf(layers);
  }

  public static AffineLayers find(Model model, NormalizationLayers normalizations) {
    Constants constants = new Constants(model.graph());
    Map<String, Value> values = ShapeInference.infer(model);
    Set<String> replaceable =
        normalizations.replaceable().stream()
            .map(NormalizationLayer::output)
            .collect(Collectors.toSet());
    List<AffineLayer> found = new ArrayList<>();
    int offset = 0;
    for (Node node : model.graph().nodes()) {
      Optional<AffineLayer> layer =
          node.is("BatchNormalization") && !replaceable.contains(node.output())
              ? Optional.empty()
              : layer(node, offset, constants, values);
      if (layer.isPresent()) {
        found.add(layer.get());
        offset += layer.get().channels();
      }
    }
    return new AffineLayers(found);
  }

  /** Number of channels of all layers together. */
  public int totalChannels() {
    return layers.stream().mapToInt(AffineLayer::channels).sum();
  }

  /** One parameter of all layers {@code [total channels]}, joined in graph order. */
  public Tensor join(Function<AffineLayer, Tensor> parameter) {
    float[] joined = new float[totalChannels()];
    for (AffineLayer layer : layers) {
      System.arraycopy(
          parameter.apply(layer).toFloats(), 0, joined, layer.offset(), layer.channels());
    }
    return Tensor.ofFloats(Shape.of(joined.length), joined);
  }

  private static Optional<AffineLayer> layer(
      Node node, int offset, Constants constants, Map<String, Value> values) {
    int rank =
        Optional.ofNullable(values.get(node.inputs().isEmpty() ? "" : node.input(0)))
            .flatMap(Value::shape)
            .map(List::size)
            .orElse(-1);
    Optional<Tensor> scale = constants.find(node.input(1));
    if (rank < 2 || scale.isEmpty() || scale.get().type() != ElementType.FLOAT32) {
      return Optional.empty();
    }
    Tensor noBias = Tensor.ofFloats(scale.get().shape(), new float[scale.get().size()]);
    Optional<Tensor> bias =
        node.input(2).isEmpty() ? Optional.of(noBias) : constants.find(node.input(2));
    int axis = channelAxis(node, rank, scale.get(), values);
    return axis < 1 || bias.isEmpty()
        ? Optional.empty()
        : Optional.of(new AffineLayer(node, offset, scale.get(), bias.get(), rank, axis));
  }

  /** The axis of the channels, or -1 where the node is no normalisation that can be learned. */
  private static int channelAxis(Node node, int rank, Tensor scale, Map<String, Value> values) {
    if (!node.domain().isEmpty() || scale.shape().rank() != 1) {
      return -1;
    }
    return switch (node.opType()) {
      case "BatchNormalization", "InstanceNormalization" -> 1;
      // Up to operator set 20 its scale belongs to groups, not to channels.
      case "GroupNormalization" -> isPerChannel(node, scale, values) ? 1 : -1;
      case "LayerNormalization" -> {
        long axis = node.intAttribute("axis", -1);
        yield axis == -1 || axis == rank - 1 ? rank - 1 : -1;
      }
      default -> -1;
    };
  }

  private static boolean isPerChannel(Node node, Tensor scale, Map<String, Value> values) {
    return Optional.ofNullable(values.get(node.input(0)))
        .flatMap(Value::shape)
        .map(shape -> shape.get(1).equals(Dimension.of(scale.size())))
        .orElse(false);
  }
}
