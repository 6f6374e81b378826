package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.tensor.ElementType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns scales and biases from constants into a graph input, with parameters of its own for each
 * stream: float {@code [streams, 2, channels of all layers]}, scales then biases. Each sample
 * gathers those of its stream.
 */
public final class ExposeAffineParameters {
  /** The graph input. */
  public static final String INPUT = "affine";

  private final Map<String, ParameterNames> byOutput = new HashMap<>();
  private final Map<String, ParameterNames> perSample = new HashMap<>();

  /**
   * Emits the input and what gathers from it.
   *
   * @param affine layers whose parameters are read from the input
   */
  public ExposeAffineParameters(GraphBuilder graph, StreamAxis streams, AffineLayers affine) {
    int total = affine.totalChannels();
    graph.input(
        Value.of(
            INPUT, ElementType.FLOAT32, StreamAxis.STREAMS, Dimension.of(2), Dimension.of(total)));
    List<AffineLayer> layers = affine.layers();
    long[] sizes = new long[2 * layers.size()];
    for (int i = 0; i < layers.size(); i++) {
      sizes[i] = layers.get(i).channels();
      sizes[layers.size() + i] = layers.get(i).channels();
    }
    String gathered = graph.matMul(streams.membership(), graph.reshape(INPUT, -1, 2L * total));
    List<String> pieces = new ArrayList<>(graph.split(gathered, 1, sizes));
    for (int i = 0; i < layers.size(); i++) {
      AffineLayer layer = layers.get(i);
      ParameterNames names = new ParameterNames(pieces.get(i), pieces.get(layers.size() + i));
      perSample.put(layer.node().output(), names);
      byOutput.put(
          layer.node().output(),
          new ParameterNames(
              graph.reshape(names.scale(), layer.broadcastShape()),
              graph.reshape(names.bias(), layer.broadcastShape())));
    }
  }

  /** Where the parameters of the layer that writes a value are, broadcasting over its input. */
  public ParameterNames of(String layerOutput) {
    return byOutput.get(layerOutput);
  }

  /** The same as {@code [batch, channels]}: what a gradient is taken with respect to. */
  public ParameterNames perSample(String layerOutput) {
    return perSample.get(layerOutput);
  }
}
