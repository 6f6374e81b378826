package dev.evenkeel.adapters.onnx.shape;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import java.util.List;
import java.util.stream.IntStream;

/** Operators that work element by element, with broadcasting where they have several inputs. */
final class ElementwiseShapes {
  private ElementwiseShapes() {}

  static List<Dimension> same(Site site, int output) {
    return site.shape(0);
  }

  /** All inputs broadcast against one another, aligned at the last axis. */
  static List<Dimension> broadcast(Site site, int output) {
    List<Dimension> shape = site.shape(0);
    for (int i = 1; i < site.node().inputs().size(); i++) {
      shape = broadcast(shape, site.shape(i));
    }
    return shape;
  }

  static List<Dimension> broadcast(List<Dimension> left, List<Dimension> right) {
    int rank = Math.max(left.size(), right.size());
    return IntStream.range(0, rank)
        .mapToObj(i -> broadcast(aligned(left, i, rank), aligned(right, i, rank)))
        .toList();
  }

  /** An axis that is not 1 decides; two different names may be equal or one of them 1. */
  private static Dimension broadcast(Dimension left, Dimension right) {
    if (left.equals(right) || isOne(right)) {
      return left;
    }
    if (isOne(left)) {
      return right;
    }
    if (left.isKnown() && right.isKnown()) {
      throw new Unknown();
    }
    return left.isKnown() ? left : right.isKnown() ? right : Dimension.UNKNOWN;
  }

  private static Dimension aligned(List<Dimension> shape, int i, int rank) {
    int axis = i - (rank - shape.size());
    return axis < 0 ? Dimension.of(1) : shape.get(axis);
  }

  private static boolean isOne(Dimension dimension) {
    return dimension.size() == 1;
  }
}
