package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.onnx.shape.ShapeInference;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The rewriting engine of the normalisation slot: walks the network once, lets a {@link
 * NormalizationStatistics} replace each layer, and keeps everything else.
 *
 * <pre>
 *   x -> Conv -> BatchNormalization -> Relu -> ... -> logits
 *   becomes
 *   state, stream axis -> [before]
 *   x -> Conv -> [normalize] -> Relu -> ... -> logits
 *                     \-> [after] -> next state
 * </pre>
 *
 * <p>Where parameters are learned, scale and bias of every normalisation become a graph input too.
 */
public final class ReplaceNormalization {
  private ReplaceNormalization() {}

  /**
   * A rewritten model.
   *
   * @param model the result
   * @param parameters for each affine layer the values {@code [batch, channels]} its parameters
   *     enter by; empty where they are constants
   * @param constants values that count as constants when the graph is differentiated
   * @param membership value {@code [batch, streams]}, see {@link StreamAxis#membership}
   */
  public record Rewritten(
      Model model, List<ParameterNames> parameters, List<String> constants, String membership) {
    public Rewritten {
      parameters = List.copyOf(parameters);
      constants = List.copyOf(constants);
    }
  }

  /**
   * Rewrites the model.
   *
   * @param affine layers whose scale and bias become a graph input; empty to keep them constant
   * @param outputs results of the new graph beside those that the statistics add
   */
  public static Rewritten apply(
      Model model,
      List<NormalizationLayer> layers,
      Optional<AffineLayers> affine,
      List<Value> outputs,
      NormalizationStatistics statistics) {
    GraphBuilder builder = new GraphBuilder(model);
    outputs.forEach(builder::output);
    StreamAxis streams = new StreamAxis(builder);
    Optional<ExposeAffineParameters> exposed =
        affine.map(found -> new ExposeAffineParameters(builder, streams, found));
    List<NormalizationLayer> withParameters =
        layers.stream()
            .map(
                layer ->
                    exposed
                        .map(parameters -> layer.withParameters(parameters.of(layer.output())))
                        .orElse(layer))
            .toList();
    statistics.before(builder, streams, withParameters);
    walk(builder, model.graph(), withParameters, affine, exposed, statistics);
    statistics.after(builder);
    List<ParameterNames> parameters = new ArrayList<>();
    affine.ifPresent(
        found ->
            found
                .layers()
                .forEach(
                    layer ->
                        parameters.add(exposed.orElseThrow().perSample(layer.node().output()))));
    return new Rewritten(
        // What the network's values are like does not change with the statistics.
        model.withGraph(builder.build(model.graph().name(), ShapeInference.infer(model))),
        parameters,
        statistics.stopGradients(),
        streams.membership());
  }

  private static void walk(
      GraphBuilder builder,
      Graph network,
      List<NormalizationLayer> layers,
      Optional<AffineLayers> affine,
      Optional<ExposeAffineParameters> exposed,
      NormalizationStatistics statistics) {
    Map<String, AffineLayer> others = new HashMap<>();
    affine.ifPresent(
        found -> found.layers().forEach(layer -> others.put(layer.node().output(), layer)));
    walk(
        builder,
        network,
        layers,
        statistics,
        node -> {
          AffineLayer layer = others.get(node.outputs().isEmpty() ? "" : node.output());
          if (layer == null) {
            builder.add(node);
          } else {
            detach(builder, layer, exposed.orElseThrow().of(node.output()));
          }
        });
  }

  /** What becomes of a node that is no replaced layer. */
  interface Other {
    void emit(Node node);
  }

  /** Copies the network into the builder, layers replaced. */
  static void walk(
      GraphBuilder builder,
      Graph network,
      List<NormalizationLayer> layers,
      NormalizationStatistics statistics,
      Other others) {
    Map<String, Integer> byOutput = new HashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      byOutput.put(layers.get(i).output(), i);
    }
    for (Node node : network.nodes()) {
      Integer index = node.outputs().isEmpty() ? null : byOutput.get(node.output());
      if (index == null) {
        others.emit(node);
      } else {
        statistics.normalize(builder, layers.get(index), index);
      }
    }
  }

  /** The node with neutral parameters, then scale and bias of each sample's stream. */
  private static void detach(GraphBuilder graph, AffineLayer layer, ParameterNames parameters) {
    Node node = layer.node();
    float[] ones = new float[layer.channels()];
    Arrays.fill(ones, 1);
    List<String> inputs = new ArrayList<>(node.inputs());
    inputs.set(1, graph.constant(Tensor.ofFloats(layer.scale().shape(), ones)));
    if (inputs.size() > 2) {
      float[] zeros = new float[layer.channels()];
      inputs.set(2, graph.constant(Tensor.ofFloats(layer.bias().shape(), zeros)));
    }
    Map<String, Attribute> attributes = new TreeMap<>(node.attributes());
    String normalized = graph.op(node.opType(), "normalized", attributes, inputs);
    graph.rename(
        graph.add(graph.mul(normalized, parameters.scale()), parameters.bias()), node.output());
  }
}
