package dev.evenkeel.adapters.onnx.rewrite;

import java.util.List;

/**
 * Normalises with the statistics of each stream's samples in the batch, variance biased; no state
 * ("norm_test", spec of BN-adapt).
 *
 * <pre>
 *   mean = avg over samples and positions of x
 *   variance = avg of x^2 - mean^2
 * </pre>
 */
public final class UseBatchStatistics implements NormalizationStatistics {
  private StreamAxis streams;

  @Override
  public void before(GraphBuilder graph, StreamAxis axis, List<NormalizationLayer> layers) {
    streams = axis;
  }

  @Override
  public void normalize(GraphBuilder graph, NormalizationLayer layer, int index) {
    BatchMoments moments = BatchMoments.emit(graph, streams, layer.input());
    LayerEmitter.normalize(
        graph,
        layer,
        graph.matMul(streams.membership(), moments.mean()),
        graph.matMul(streams.membership(), moments.variance(graph)));
  }
}
