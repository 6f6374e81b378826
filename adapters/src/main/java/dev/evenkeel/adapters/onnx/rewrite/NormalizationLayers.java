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
import java.util.function.Function;

/**
 * The normalisation nodes of a model in graph order: those whose statistics can be replaced, and
 * for the others why not.
 *
 * @param replaceable batch normalisations over feature maps
 * @param fixed nodes that keep what they were trained with
 */
public record NormalizationLayers(List<NormalizationLayer> replaceable, List<Fixed> fixed) {
  private static final List<String> OTHER_NORMALIZATIONS =
      List.of("LayerNormalization", "InstanceNormalization", "GroupNormalization");

  /** PyTorch's default, for files whose momentum attribute makes no sense. */
  private static final float DEFAULT_MOMENTUM = 0.1f;

  /** A normalisation node that cannot be replaced, and why in one sentence. */
  public record Fixed(Node node, String reason) {}

  public NormalizationLayers {
    replaceable = List.copyOf(replaceable);
    fixed = List.copyOf(fixed);
  }

  public static NormalizationLayers find(Model model) {
    Constants constants = new Constants(model.graph());
    Map<String, Value> shapes = ShapeInference.infer(model);
    List<NormalizationLayer> replaceable = new ArrayList<>();
    List<Fixed> fixed = new ArrayList<>();
    int offset = 0;
    for (Node node : model.graph().nodes()) {
      if (OTHER_NORMALIZATIONS.contains(node.opType()) && node.domain().isEmpty()) {
        fixed.add(new Fixed(node, "its statistics come from each sample already"));
      } else if (node.is("BatchNormalization")) {
        Optional<String> obstacle = obstacle(node, constants, shapes);
        if (obstacle.isPresent()) {
          fixed.add(new Fixed(node, obstacle.get()));
        } else {
          NormalizationLayer layer = layer(node, offset, constants, rank(node, shapes) - 2);
          replaceable.add(layer);
          offset += layer.channels();
        }
      }
    }
    return new NormalizationLayers(replaceable, fixed);
  }

  /** Number of channels of all replaceable layers together. */
  public int totalChannels() {
    return replaceable.stream().mapToInt(NormalizationLayer::channels).sum();
  }

  /** One parameter of all replaceable layers, channels joined in graph order. */
  public Tensor join(Function<NormalizationLayer, Tensor> parameter) {
    float[] joined = new float[totalChannels()];
    for (NormalizationLayer layer : replaceable) {
      System.arraycopy(
          parameter.apply(layer).toFloats(), 0, joined, layer.offset(), layer.channels());
    }
    return Tensor.ofFloats(Shape.of(joined.length), joined);
  }

  private static Optional<String> obstacle(
      Node node, Constants constants, Map<String, Value> shapes) {
    // Operator sets before 14 have no such attribute: more than one output meant training.
    if (node.intAttribute("training_mode", 0) != 0 || node.outputs().size() > 1) {
      return Optional.of("it was exported in training mode; export the model in evaluation mode");
    }
    for (int i = 1; i <= 4; i++) {
      Optional<Tensor> parameter = constants.find(node.input(i));
      if (parameter.isEmpty()) {
        return Optional.of("its parameter '" + node.input(i) + "' is computed, not constant");
      }
      if (parameter.get().type() != ElementType.FLOAT32) {
        return Optional.of(
            "its parameter '"
                + node.input(i)
                + "' is "
                + parameter.get().type()
                + ", only FLOAT32 is supported");
      }
    }
    int rank = rank(node, shapes);
    if (rank < 0) {
      return Optional.of("the rank of its input is unknown");
    }
    return rank < 3
        ? Optional.of(
            "its input has no positions to take statistics over (BatchNorm1d on features)")
        : Optional.empty();
  }

  private static int rank(Node node, Map<String, Value> shapes) {
    Value input = shapes.get(node.input(0));
    Optional<List<Dimension>> shape = input == null ? Optional.empty() : input.shape();
    return shape.map(List::size).orElse(-1);
  }

  private static NormalizationLayer layer(
      Node node, int offset, Constants constants, int spatialRank) {
    // ONNX counts the share that stays, PyTorch and the papers the share that enters.
    float momentum = 1 - node.floatAttribute("momentum", 1 - DEFAULT_MOMENTUM);
    return new NormalizationLayer(
        node,
        offset,
        constants.find(node.input(1)).orElseThrow(),
        constants.find(node.input(2)).orElseThrow(),
        constants.find(node.input(3)).orElseThrow(),
        constants.find(node.input(4)).orElseThrow(),
        node.floatAttribute("epsilon", 1e-5f),
        momentum > 0 && momentum < 1 ? momentum : DEFAULT_MOMENTUM,
        spatialRank,
        Optional.empty());
  }
}
