package dev.evenkeel.adapters.onnx.rewrite;

/**
 * Names of the moments of each stream's samples in the batch.
 *
 * @param mean {@code [streams, channels]}
 * @param meanSquare {@code [streams, channels]}
 */
record BatchMoments(String mean, String meanSquare) {

  static BatchMoments emit(GraphBuilder graph, StreamAxis streams, String x) {
    return new BatchMoments(
        graph.matMul(streams.averaging(), LayerEmitter.positionMean(graph, x)),
        graph.matMul(streams.averaging(), LayerEmitter.positionMeanSquare(graph, x)));
  }

  /** Biased variance {@code [streams, channels]}. */
  String variance(GraphBuilder graph) {
    return LayerEmitter.variance(graph, mean, meanSquare);
  }

  /**
   * Unbiased variance {@code [streams, channels]}: times n / (n - 1) with n = samples of the stream
   * x positions. For n = 1 there is none; the biased one (zero) is used.
   */
  String unbiasedVariance(GraphBuilder graph, StreamAxis streams, NormalizationLayer layer) {
    String n = graph.mul(streams.count(), LayerEmitter.positions(graph, layer));
    String divisor = graph.op("Max", "degrees", graph.sub(n, graph.scalar(1)), graph.scalar(1));
    String correction = graph.reshape(graph.div(n, divisor), -1, 1);
    return graph.mul(variance(graph), correction);
  }
}
