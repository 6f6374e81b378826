package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
 */
public final class ReplaceNormalization {
  private ReplaceNormalization() {}

  /**
   * Rewrites the model.
   *
   * @param outputs results of the new graph beside those that the statistics add
   */
  public static Model apply(
      Model model,
      List<NormalizationLayer> layers,
      List<Value> outputs,
      NormalizationStatistics statistics) {
    GraphBuilder builder = new GraphBuilder(model);
    outputs.forEach(builder::output);
    statistics.before(builder, new StreamAxis(builder), layers);
    walk(builder, model.graph(), layers, statistics);
    statistics.after(builder);
    return model.withGraph(builder.build(model.graph().name()));
  }

  /** Copies the network into the builder, layers replaced. */
  static void walk(
      GraphBuilder builder,
      Graph network,
      List<NormalizationLayer> layers,
      NormalizationStatistics statistics) {
    Map<String, Integer> byOutput = new HashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      byOutput.put(layers.get(i).output(), i);
    }
    for (Node node : network.nodes()) {
      Integer index = node.outputs().isEmpty() ? null : byOutput.get(node.output());
      if (index == null) {
        builder.add(node);
      } else {
        statistics.normalize(builder, layers.get(index), index);
      }
    }
  }
}
