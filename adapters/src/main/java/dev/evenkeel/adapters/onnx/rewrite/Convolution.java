package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.onnx.graph.Node;

/**
 * A convolution whose output can be normalised.
 *
 * @param node the node
 * @param offset position of its first channel in arrays that join the output channels of all
 *     convolutions in graph order
 * @param channels number of output channels, at least 2
 */
public record Convolution(Node node, int offset, int channels) {

  /** The node's name, or that of its output where it has none. */
  public String name() {
    return nameOf(node);
  }

  static String nameOf(Node node) {
    return node.name().isEmpty() ? node.output() : node.name();
  }
}
