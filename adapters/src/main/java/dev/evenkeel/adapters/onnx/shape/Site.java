package dev.evenkeel.adapters.onnx.shape;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.tensor.ElementType;
import java.util.List;

/**
 * A node and what is known of its inputs. Every question that has no answer throws {@link Unknown}.
 */
record Site(Node node, Facts facts) {
  ElementType type(int input) {
    return known(facts.type(node.input(input)));
  }

  List<Dimension> shape(int input) {
    return known(facts.shape(node.input(input)));
  }

  int rank(int input) {
    return shape(input).size();
  }

  /** Size of an axis of an input; a negative axis counts from the last. */
  long size(int input, int axis) {
    Dimension dimension = shape(input).get(axis(axis, rank(input)));
    if (!dimension.isKnown()) {
      throw new Unknown();
    }
    return dimension.size();
  }

  /** The elements of an integer input, row-major. */
  List<Amount> amounts(int input) {
    return known(facts.amounts(node.input(input)));
  }

  /** The elements of an integer input, all of them known. */
  long[] longs(int input) {
    return amounts(input).stream()
        .mapToLong(
            amount -> {
              if (!amount.known()) {
                throw new Unknown();
              }
              return amount.value();
            })
        .toArray();
  }

  boolean has(int input) {
    return !node.input(input).isEmpty();
  }

  /** Integers that older operator sets have as an attribute, newer ones as an input; else null. */
  long[] longs(String attribute, int input) {
    return has(input) ? longs(input) : node.intsAttribute(attribute);
  }

  int axis(String attribute, long fallback, int rank) {
    return axis(node.intAttribute(attribute, fallback), rank);
  }

  static int axis(long axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw new Unknown();
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  private static <T> T known(T fact) {
    if (fact == null) {
      throw new Unknown();
    }
    return fact;
  }
}
