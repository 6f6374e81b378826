package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.tensor.Tensor;

/**
 * A normalisation node with a scale and a bias that can be learned.
 *
 * @param node the node
 * @param offset position of its first channel in arrays that join the channels of all such layers
 *     in graph order
 * @param scale gamma {@code [channels]} as trained
 * @param bias beta {@code [channels]} as trained
 * @param rank of the normalised value
 * @param channelAxis axis of the normalised value that the channels lie on, at least 1
 */
public record AffineLayer(
    Node node, int offset, Tensor scale, Tensor bias, int rank, int channelAxis) {
  public AffineLayer {
    if (channelAxis < 1 || channelAxis >= rank || scale.size() != bias.size()) {
      throw new IllegalArgumentException(
          node.label()
              + " has channels on axis "
              + channelAxis
              + " of "
              + rank
              + ", scale "
              + scale
              + " and bias "
              + bias
              + "; expected an axis after the batch, and as many scales as biases");
    }
  }

  public int channels() {
    return scale.size();
  }

  /** Shape that {@code [batch, channels]} takes to broadcast over the layer's input. */
  long[] broadcastShape() {
    long[] shape = new long[rank];
    java.util.Arrays.fill(shape, 1);
    shape[0] = 0;
    shape[channelAxis] = channels();
    return shape;
  }
}
