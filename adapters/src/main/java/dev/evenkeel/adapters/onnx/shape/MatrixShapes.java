package dev.evenkeel.adapters.onnx.shape;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import java.util.ArrayList;
import java.util.List;

/** Matrix products. */
final class MatrixShapes {
  private MatrixShapes() {}

  static List<Dimension> gemm(Site site, int output) {
    int rows = site.node().intAttribute("transA", 0) == 0 ? 0 : 1;
    int columns = site.node().intAttribute("transB", 0) == 0 ? 1 : 0;
    return List.of(site.shape(0).get(rows), site.shape(1).get(columns));
  }

  /** A vector on the left is a row, on the right a column; that axis is then dropped. */
  static List<Dimension> matMul(Site site, int output) {
    List<Dimension> left = site.shape(0);
    List<Dimension> right = site.shape(1);
    List<Dimension> shape = new ArrayList<>(ElementwiseShapes.broadcast(batch(left), batch(right)));
    if (left.size() > 1) {
      shape.add(left.get(left.size() - 2));
    }
    if (right.size() > 1) {
      shape.add(right.get(right.size() - 1));
    }
    return shape;
  }

  private static List<Dimension> batch(List<Dimension> shape) {
    return shape.subList(0, Math.max(0, shape.size() - 2));
  }
}
