package dev.evenkeel.adapters.onnx.interpreter;

import dev.evenkeel.adapters.onnx.graph.Node;
import java.util.List;

/**
 * One application of an operator.
 *
 * @param node the node
 * @param opset version of the standard operators
 * @param inputs its inputs; null where an optional one is omitted
 */
record Call(Node node, long opset, List<Array> inputs) {
  Array input(int i) {
    if (!has(i)) {
      throw new IllegalArgumentException("Input " + i + " is missing");
    }
    return inputs.get(i);
  }

  boolean has(int i) {
    return i < inputs.size() && inputs.get(i) != null;
  }

  /** Integers that older operator sets have as an attribute, newer ones as an input; else null. */
  long[] longs(String attribute, int input) {
    return has(input) ? input(input).toLongs() : node.intsAttribute(attribute);
  }

  long[] longs(String attribute) {
    return node.intsAttribute(attribute);
  }

  long integer(String attribute, long fallback) {
    return node.intAttribute(attribute, fallback);
  }

  double number(String attribute, float fallback) {
    return node.floatAttribute(attribute, fallback);
  }

  String text(String attribute, String fallback) {
    return node.stringAttribute(attribute, fallback);
  }

  boolean flag(String attribute, boolean fallback) {
    return integer(attribute, fallback ? 1 : 0) != 0;
  }

  int axis(String attribute, long fallback, int rank) {
    return Positions.axis(integer(attribute, fallback), rank);
  }

  IllegalArgumentException unsupported(String attribute) {
    return new IllegalArgumentException(
        "Attribute '"
            + attribute
            + "' has an unsupported value: "
            + node.attributes().get(attribute));
  }
}
