package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.tensor.Tensor;

/** Normalises with the statistics of the training data, as the model does; no state. */
public final class UseSourceStatistics implements NormalizationStatistics {
  @Override
  public void normalize(GraphBuilder graph, NormalizationLayer layer, int index) {
    float[] variance = layer.variance().toFloats();
    for (int i = 0; i < variance.length; i++) {
      variance[i] += layer.epsilon();
    }
    LayerEmitter.affine(
        graph,
        layer,
        LayerEmitter.channels(graph, layer, layer.mean()),
        LayerEmitter.channels(graph, layer, Tensor.ofFloats(layer.variance().shape(), variance)),
        1);
  }
}
