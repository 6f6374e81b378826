package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** The pieces that every replacement of a layer is made of. */
final class LayerEmitter {
  private LayerEmitter() {}

  /**
   * Mean over the positions of each sample and channel, {@code [batch, channels]}. Global average
   * pooling keeps ONNX Runtime's blocked layout, a general reduction does not.
   */
  static String positionMean(GraphBuilder graph, String x) {
    return flat(graph, graph.op("GlobalAveragePool", "mean", x));
  }

  /** Mean square over the positions of each sample and channel, {@code [batch, channels]}. */
  static String positionMeanSquare(GraphBuilder graph, String x) {
    return flat(graph, graph.op("GlobalAveragePool", "mean.square", graph.mul(x, x)));
  }

  /** {@code mean of square - square of mean}. */
  static String variance(GraphBuilder graph, String mean, String meanSquare) {
    return graph.sub(meanSquare, graph.mul(mean, mean));
  }

  /**
   * Writes the layer's output: {@code (x - mean) / sqrt(variance + epsilon) * scale + bias} with
   * statistics of each sample {@code [batch, channels]}. Non-negative variances only; rounding
   * below zero is cut off.
   */
  static void normalize(
      GraphBuilder graph, NormalizationLayer layer, String mean, String variance) {
    String floored =
        graph.op(
            "Max",
            "variance",
            graph.add(variance, graph.scalar(layer.epsilon())),
            graph.scalar(layer.epsilon()));
    affine(
        graph,
        layer,
        spread(graph, mean, layer.spatialRank()),
        spread(graph, floored, layer.spatialRank()),
        1);
  }

  /**
   * As {@link #normalize}, with statistics {@code [batch, channels, 1, ...]}, the variance with
   * epsilon inside and multiplied by {@code deviationScale} squared.
   */
  static void affine(
      GraphBuilder graph,
      NormalizationLayer layer,
      String mean,
      String scaledVariance,
      double deviationScale) {
    String deviation = graph.op("Sqrt", "deviation", scaledVariance);
    String slope = graph.div(scale(graph, layer, deviationScale), deviation);
    String shift = graph.sub(bias(graph, layer), graph.mul(mean, slope));
    graph.rename(graph.add(graph.mul(layer.input(), slope), shift), layer.output());
  }

  /** The layer's scale times a factor, broadcasting over its input. */
  private static String scale(GraphBuilder graph, NormalizationLayer layer, double factor) {
    if (layer.parameters().isPresent()) {
      String scale = layer.parameters().get().scale();
      return factor == 1 ? scale : graph.mul(scale, graph.scalar(factor));
    }
    float[] scale = layer.scale().toFloats();
    for (int i = 0; i < scale.length; i++) {
      scale[i] *= (float) factor;
    }
    return channels(graph, layer, Tensor.ofFloats(layer.scale().shape(), scale));
  }

  private static String bias(GraphBuilder graph, NormalizationLayer layer) {
    return layer
        .parameters()
        .map(ParameterNames::bias)
        .orElseGet(() -> channels(graph, layer, layer.bias()));
  }

  /** Constant {@code [1, channels, 1, ...]}. */
  static String channels(GraphBuilder graph, NormalizationLayer layer, Tensor values) {
    long[] shape = new long[2 + layer.spatialRank()];
    Arrays.fill(shape, 1);
    shape[1] = values.size();
    return graph.constant(values.reshape(shape));
  }

  /** Constant {@code [1, channels]}. */
  static String row(GraphBuilder graph, Tensor perChannel) {
    return graph.constant(perChannel.reshape(1, perChannel.size()));
  }

  /** {@code [batch, channels]} as {@code [batch, channels, 1, ...]}. */
  static String spread(GraphBuilder graph, String perSample, int spatialRank) {
    long[] dimensions = new long[2 + spatialRank];
    Arrays.fill(dimensions, 1);
    dimensions[0] = 0;
    dimensions[1] = 0;
    // A zero keeps a dimension, and axes beyond the input's rank are given as 1.
    return graph.reshape(perSample, dimensions);
  }

  private static String flat(GraphBuilder graph, String pooled) {
    return graph.op("Flatten", "flat", Map.of("axis", Attribute.of(1L)), List.of(pooled));
  }

  /** Number of positions of a sample, float scalar; computed in the graph where sizes vary. */
  static String positions(GraphBuilder graph, NormalizationLayer layer) {
    String shape = graph.op("Shape", "shape", layer.input());
    String sizes =
        graph.op(
            "Gather",
            "sizes",
            shape,
            graph.longs(LongStream.range(2, 2 + layer.spatialRank()).toArray()));
    String asFloats = graph.op("Cast", "sizes", Map.of("to", Attribute.of(1L)), List.of(sizes));
    return graph.op(
        "ReduceProd", "positions", Map.of("keepdims", Attribute.of(0L)), List.of(asFloats));
  }
}
