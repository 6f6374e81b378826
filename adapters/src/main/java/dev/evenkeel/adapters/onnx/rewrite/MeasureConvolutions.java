package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.tensor.ElementType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets a model answer with the moments of its convolutions instead of its results: mean and biased
 * variance over the positions, for each sample and output channel.
 *
 * <p>The variance is taken around the sample's own mean: a mean of squares minus a squared mean
 * would lose the variance of channels with a large mean in float32.
 */
public final class MeasureConvolutions {
  /** Name of the output {@code [batch, channels]}, channels of all convolutions in graph order. */
  public static final String MEAN = "calibration.mean";

  /** Name of the output with the variances, like {@link #MEAN}. */
  public static final String VARIANCE = "calibration.variance";

  private MeasureConvolutions() {}

  /**
   * The measuring model.
   *
   * @param convolutions at least one
   */
  public static Model apply(Model model, Convolutions convolutions) {
    GraphBuilder graph = new GraphBuilder(model);
    Map<String, Convolution> byOutput = new HashMap<>();
    convolutions
        .chosen()
        .forEach(convolution -> byOutput.put(convolution.node().output(), convolution));
    List<String> means = new ArrayList<>();
    List<String> variances = new ArrayList<>();
    for (Node node : model.graph().nodes()) {
      graph.add(node);
      if (!node.outputs().isEmpty() && byOutput.containsKey(node.output())) {
        String mean = graph.op("GlobalAveragePool", "mean", node.output());
        means.add(graph.reshape(mean, 0, -1));
        variances.add(LayerEmitter.positionMeanSquare(graph, graph.sub(node.output(), mean)));
      }
    }
    graph.alias(graph.concat(1, means), MEAN);
    graph.alias(graph.concat(1, variances), VARIANCE);
    for (String output : List.of(MEAN, VARIANCE)) {
      graph.output(
          Value.of(
              output,
              ElementType.FLOAT32,
              Dimension.symbol("batch"),
              Dimension.of(convolutions.totalChannels())));
    }
    return model.withGraph(graph.build(model.graph().name()));
  }
}
