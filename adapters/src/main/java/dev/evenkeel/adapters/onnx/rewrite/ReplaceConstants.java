package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives normalisation layers other constants: scale and bias, mean and variance. Everything else of
 * the model stays as it is.
 */
public final class ReplaceConstants {
  private ReplaceConstants() {}

  /**
   * The model with other scales and biases.
   *
   * @param parameters scales of all layers in graph order, then their biases
   * @throws IllegalArgumentException if there are more or fewer
   */
  public static Model parameters(Model model, AffineLayers affine, float[] parameters) {
    int total = affine.totalChannels();
    require(parameters.length, 2 * total, "parameters");
    Map<String, Map<Integer, float[]>> byOutput = new HashMap<>();
    for (AffineLayer layer : affine.layers()) {
      int from = layer.offset();
      int to = from + layer.channels();
      byOutput.put(
          layer.node().output(),
          Map.of(
              1, Arrays.copyOfRange(parameters, from, to),
              2, Arrays.copyOfRange(parameters, total + from, total + to)));
    }
    return replace(model, byOutput);
  }

  /**
   * The model with other statistics.
   *
   * @param means of all replaceable layers, channels joined in graph order
   * @param variances likewise
   * @throws IllegalArgumentException if there are more or fewer
   */
  public static Model statistics(
      Model model, NormalizationLayers layers, float[] means, float[] variances) {
    require(means.length, layers.totalChannels(), "means");
    require(variances.length, layers.totalChannels(), "variances");
    Map<String, Map<Integer, float[]>> byOutput = new HashMap<>();
    for (NormalizationLayer layer : layers.replaceable()) {
      int from = layer.offset();
      int to = from + layer.channels();
      byOutput.put(
          layer.output(),
          Map.of(
              3, Arrays.copyOfRange(means, from, to),
              4, Arrays.copyOfRange(variances, from, to)));
    }
    return replace(model, byOutput);
  }

  private static void require(int found, int expected, String what) {
    if (found != expected) {
      throw new IllegalArgumentException(
          "There are %d %s, the model's layers have %d; is the state of another model?"
              .formatted(found, what, expected));
    }
  }

  /**
   * @param byOutput constants by the layer's output and the position of the input
   */
  private static Model replace(Model model, Map<String, Map<Integer, float[]>> byOutput) {
    Graph graph = model.graph();
    GraphBuilder builder = new GraphBuilder(model);
    for (Node node : graph.nodes()) {
      Map<Integer, float[]> constants =
          node.outputs().isEmpty() ? null : byOutput.get(node.output());
      if (constants == null) {
        builder.add(node);
        continue;
      }
      List<String> inputs = new ArrayList<>(node.inputs());
      constants.forEach(
          (position, values) -> {
            while (inputs.size() <= position) {
              inputs.add("");
            }
            String hint = inputs.get(position).isEmpty() ? node.output() : inputs.get(position);
            Tensor tensor = Tensor.ofFloats(Shape.of(values.length), values);
            inputs.set(position, builder.constant(hint + ".adapted", tensor));
          });
      builder.add(node.withInputs(inputs));
    }
    graph.outputs().forEach(builder::output);
    return model.withGraph(builder.build(graph.name(), graph.values()));
  }
}
