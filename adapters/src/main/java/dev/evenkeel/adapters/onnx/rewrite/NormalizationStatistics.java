package dev.evenkeel.adapters.onnx.rewrite;

import java.util.List;

/**
 * A way to obtain the statistics a network normalises with. To add one, write this interface in a
 * file of its own and give the normalisation slot a line for it.
 */
public interface NormalizationStatistics {
  /** Emits what all layers share, ahead of the network. */
  default void before(GraphBuilder graph, StreamAxis streams, List<NormalizationLayer> layers) {}

  /**
   * Emits the layer's replacement, which writes {@code layer.output()}.
   *
   * @param index position of the layer in graph order
   */
  void normalize(GraphBuilder graph, NormalizationLayer layer, int index);

  /** Emits what follows the network: the next state. */
  default void after(GraphBuilder graph) {}

  /** Values that count as constants when the graph is differentiated; known after the layers. */
  default List<String> stopGradients() {
    return List.of();
  }
}
