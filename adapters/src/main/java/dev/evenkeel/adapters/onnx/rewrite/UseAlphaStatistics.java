package dev.evenkeel.adapters.onnx.rewrite;

import java.util.List;

/**
 * Normalises with a fixed mixture of source and batch statistics; no state. The batch variance is
 * the unbiased one, as the reference code reads it back from a running buffer.
 *
 * <pre>
 *   mean = (1 - alpha) source mean + alpha batch mean, variance likewise
 * </pre>
 */
public final class UseAlphaStatistics implements NormalizationStatistics {
  private final double alpha;
  private StreamAxis streams;

  /**
   * Mixes with a fixed weight.
   *
   * @param alpha weight of the batch, in [0, 1]
   */
  public UseAlphaStatistics(double alpha) {
    this.alpha = alpha;
  }

  @Override
  public void before(GraphBuilder graph, StreamAxis axis, List<NormalizationLayer> layers) {
    streams = axis;
  }

  @Override
  public void normalize(GraphBuilder graph, NormalizationLayer layer, int index) {
    BatchMoments moments = BatchMoments.emit(graph, streams, layer.input());
    String variance = moments.unbiasedVariance(graph, streams, layer);
    LayerEmitter.normalize(
        graph,
        layer,
        graph.matMul(
            streams.membership(),
            mix(graph, LayerEmitter.row(graph, layer.mean()), moments.mean())),
        graph.matMul(
            streams.membership(), mix(graph, LayerEmitter.row(graph, layer.variance()), variance)));
  }

  private String mix(GraphBuilder graph, String source, String batch) {
    return graph.add(
        graph.mul(source, graph.scalar(1 - alpha)), graph.mul(batch, graph.scalar(alpha)));
  }
}
