package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;

/** Cases of the operators that change the shape or the order. */
final class LayoutGradientCases {
  private LayoutGradientCases() {}

  static void add(GradientCases table) {
    table.add("Flatten", table.normal(2, 3, 4));
    table.remarked("Flatten", "to one row", table.normal(2, 3, 4)).with("axis", 0);
    table.add("Reshape", table.normal(2, 3, 4)).constant(longs(0, -1, 2));
    table.remarked("Reshape", "to a line", table.normal(2, 3, 4)).constant(longs(-1)).closed();
    table.remarked("Reshape", "to a scalar", table.normal(1, 1)).constant(longs()).closed();
    table.remarked("Reshape", "as told by the feed", table.normal(2, 6)).fed(longs(3, -1));
    table.add("Transpose", table.normal(2, 3, 4));
    table
        .remarked("Transpose", "by permutation", table.normal(2, 3, 4, 5))
        .with("perm", new long[] {1, 3, 0, 2});
    table.add("Squeeze", table.normal(2, 3, 1, 4)).constant(longs(-2));
    table
        .remarked("Squeeze", "by attribute", table.normal(2, 1, 3))
        .with("axes", new long[] {1})
        .opset(11);
    table.add("Unsqueeze", table.normal(3, 4)).constant(longs(0, -1));
    table
        .remarked("Unsqueeze", "by attribute", table.normal(3))
        .with("axes", new long[] {1})
        .opset(11);
    table.add("Expand", table.normal(3, 1)).constant(longs(2, 1, 4));
    table.add("Tile", table.normal(2, 3)).constant(longs(2, 3));
    table.add("DepthToSpace", table.normal(2, 8, 2, 3)).with("blocksize", 2);
    table
        .remarked("DepthToSpace", "columns first", table.normal(2, 8, 2, 3))
        .with("blocksize", 2)
        .with("mode", "CRD");
  }

  private static Tensor longs(long... values) {
    return Tensor.ofLongs(Shape.of(values.length), values);
  }
}
