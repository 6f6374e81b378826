package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;

/** Cases of operators that put parts together, cut them out or pick them. */
final class PartGradientCases {
  private final GradientCases table;

  private PartGradientCases(GradientCases table) {
    this.table = table;
  }

  static void add(GradientCases table) {
    PartGradientCases cases = new PartGradientCases(table);
    cases.concat();
    cases.split();
    cases.pad();
    cases.slice();
    cases.gather();
  }

  private void concat() {
    table.add("Concat", normal(2, 3), normal(2, 1), normal(2, 2)).with("axis", -1).closed();
    table.remarked("Concat", "along the batch", normal(2, 3), normal(1, 3)).with("axis", 0);
    table
        .remarked("Concat", "after a constant", normal(2, 3))
        .constant(normal(2, 2))
        .target(normal(2, 1))
        .with("axis", 1)
        .closed();
    table.remarked("Concat", "twice the same", normal(2, 3)).again().with("axis", 1);
  }

  private void split() {
    table.add("Split", normal(2, 6)).with("axis", 1).outputs(3, 1);
    table
        .remarked("Split", "with a part omitted", normal(2, 6))
        .with("axis", 1)
        .outputs(2, 0)
        .othersOmitted();
    table
        .remarked("Split", "by sizes", normal(7, 2))
        .constant(longs(1, 4, 2))
        .outputs(3, 2)
        .closed();
    table
        .remarked("Split", "by attribute", normal(2, 7))
        .with("axis", -1)
        .with("split", new long[] {3, 4})
        .outputs(2, 0)
        .opset(11);
  }

  private void pad() {
    table.add("Pad", normal(3, 4)).constant(longs(1, 0, 2, 3)).constant(Tensor.scalar(1.5f));
    table.remarked("Pad", "fewer", normal(5, 4)).constant(longs(-1, 0, -2, 1));
    table.remarked("Pad", "as fed", normal(3, 4)).fed(longs(1, 0, 2, 3));
    table
        .remarked("Pad", "one axis", normal(3, 4))
        .constant(longs(1, 2))
        .omitted()
        .constant(longs(-1))
        .opset(18);
    table.remarked("Pad", "by attribute", normal(3)).with("pads", new long[] {1, 2}).opset(10);
  }

  private void slice() {
    table
        .add("Slice", normal(2, 6, 5))
        .constant(longs(1, -4))
        .constant(longs(Long.MAX_VALUE, -1))
        .constant(longs(1, -1));
    table
        .remarked("Slice", "by steps", normal(5, 6))
        .constant(longs(1, -2))
        .constant(longs(Long.MAX_VALUE, -5))
        .constant(longs(0, 1))
        .constant(longs(2, -1));
    table
        .remarked("Slice", "backwards", normal(2, 5))
        .constant(longs(-1))
        .constant(longs(Long.MIN_VALUE))
        .constant(longs(1))
        .constant(longs(-2));
    table.remarked("Slice", "of the batch", normal(5, 2, 3)).constant(longs(1)).constant(longs(-1));
    table
        .remarked("Slice", "as fed", normal(2, 5, 3))
        .fed(longs(-1, 0))
        .fed(longs(-4, 2))
        .constant(longs(1, 2))
        .constant(longs(-2, 1));
    table
        .remarked("Slice", "of everything", normal(2, 5))
        .constant(longs(0))
        .constant(longs(5))
        .constant(longs(1));
  }

  private void gather() {
    Tensor repeated = Tensor.ofLongs(Shape.of(2, 3), 0, -1, 3, 3, 2, 3);
    table.add("Gather", normal(4, 3)).constant(repeated);
    table.remarked("Gather", "inner", normal(2, 4, 3)).constant(repeated).with("axis", 1);
    table.remarked("Gather", "of a line", normal(4)).constant(repeated);
    table.remarked("Gather", "last", normal(2, 3, 4)).constant(repeated).with("axis", -1);
    table.remarked("Gather", "outer", normal(4, 2, 3)).constant(longs(1, 0, 1));
    table.remarked("Gather", "neighbours", normal(2, 4, 3)).constant(longs(1, 2)).with("axis", 1);
    table.remarked("Gather", "one", normal(2, 4, 3)).constant(Tensor.scalar(-1L)).with("axis", 1);
    table.remarked("Gather", "one as fed", normal(2, 4)).fed(Tensor.scalar(2L)).with("axis", 1);
    table.remarked("Gather", "by 32 bits", normal(4, 3)).fed(Tensor.ofInts(Shape.of(3), 2, -4, 2));
    table.add("GatherElements", normal(4, 3)).fed(table.random().integers(-4, 4, 2, 3));
    table
        .remarked("GatherElements", "one per row", normal(3, 5))
        .fed(table.random().integers(0, 5, 3, 1))
        .with("axis", 1);
  }

  private Tensor normal(long... shape) {
    return table.normal(shape);
  }

  private static Tensor longs(long... values) {
    return Tensor.ofLongs(Shape.of(values.length), values);
  }
}
