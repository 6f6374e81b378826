package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.List;

/** Cases of the poolings and of Resize. */
final class PoolingGradientCases {
  private PoolingGradientCases() {}

  static void add(GradientCases table) {
    table.add("GlobalAveragePool", table.normal(2, 3, 4, 5));
    table.add("GlobalMaxPool", table.normal(2, 3, 4, 5));
    table.remarked("GlobalMaxPool", "of an image of any size", table.normal(2, 3, 4)).open(0, 1, 2);
    for (String opType : List.of("AveragePool", "MaxPool")) {
      for (int size = 6; size <= 8; size++) {
        table
            .remarked(opType, "overlapping of " + size, table.normal(2, 3, size, 7))
            .with("kernel_shape", new long[] {3, 2})
            .with("strides", new long[] {2, 1})
            .with("pads", new long[] {1, 0, 1, 1});
        table
            .remarked(opType, "rounded up of " + size, table.normal(2, 2, size, size))
            .with("kernel_shape", new long[] {3, 3})
            .with("strides", new long[] {2, 2})
            .with("ceil_mode", 1);
      }
      table
          .remarked(opType, "apart", table.normal(2, 2, 6, 9))
          .with("kernel_shape", new long[] {2, 2})
          .with("strides", new long[] {2, 3});
      table
          .remarked(opType, "same", table.normal(2, 2, 7))
          .with("kernel_shape", new long[] {3})
          .with("strides", new long[] {2})
          .with("auto_pad", "SAME_UPPER");
      table
          .remarked(opType, "by one", table.normal(2, 2, 3, 4, 3))
          .with("kernel_shape", new long[] {2, 3, 2})
          .with("pads", new long[] {0, 1, 0, 1, 1, 0});
      table
          .remarked(opType, "of an image of any size", table.normal(2, 2, 7, 8))
          .with("kernel_shape", new long[] {2, 2})
          .with("strides", new long[] {2, 3})
          .open(0, 2, 3);
    }
    table
        .remarked("AveragePool", "of any size and padding counted", table.normal(2, 2, 7, 8))
        .with("kernel_shape", new long[] {3, 3})
        .with("strides", new long[] {2, 2})
        .with("pads", new long[] {1, 1, 1, 1})
        .with("count_include_pad", 1)
        .open(0, 2, 3);
    table
        .remarked("AveragePool", "with padding counted, rounded up", table.normal(2, 2, 6))
        .with("kernel_shape", new long[] {3})
        .with("strides", new long[] {2})
        .with("pads", new long[] {1, 1})
        .with("ceil_mode", 1)
        .with("count_include_pad", 1);
    table
        .remarked("MaxPool", "dilated, with places", table.normal(2, 3, 6, 7))
        .with("kernel_shape", new long[] {3, 3})
        .with("dilations", new long[] {1, 2})
        .outputs(2, 0);
    table
        .remarked("MaxPool", "with places omitted", table.normal(2, 3, 7))
        .with("kernel_shape", new long[] {3})
        .outputs(2, 0)
        .othersOmitted();
    table
        .add("Resize", table.normal(2, 3, 4, 5))
        .omitted()
        .constant(Tensor.ofFloats(Shape.of(4), 1, 1, 2, 3))
        .with("coordinate_transformation_mode", "asymmetric")
        .with("nearest_mode", "floor");
    table
        .remarked("Resize", "to a size", table.normal(2, 3, 4, 5))
        .omitted()
        .omitted()
        .constant(Tensor.ofLongs(Shape.of(4), 2, 3, 12, 10))
        .closed();
  }
}
