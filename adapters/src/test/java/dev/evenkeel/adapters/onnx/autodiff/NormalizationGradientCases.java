package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.tensor.Tensor;

/** Cases of normalisations. */
final class NormalizationGradientCases {
  private NormalizationGradientCases() {}

  static void add(GradientCases table) {
    for (long[] shape : new long[][] {{2, 3, 4, 5}, {2, 3, 4}, {4, 3}}) {
      table
          .remarked(
              "BatchNormalization",
              "of rank " + shape.length,
              table.normal(shape),
              table.normal(3),
              table.normal(3),
              table.normal(3),
              table.positive(3))
          .with("epsilon", 1e-3f);
    }
    table
        .remarked("BatchNormalization", "of stored statistics", table.normal(2, 3, 4, 5))
        .constant(table.normal(3))
        .target(table.normal(3))
        .constant(table.normal(3))
        .constant(table.positive(3))
        .opset(9);
    for (int opset : new int[] {17, 18}) {
      table
          .remarked(
              "LayerNormalization",
              "in opset " + opset,
              table.normal(2, 3, 4),
              table.normal(4),
              table.normal(4))
          .opset(opset);
    }
    table
        .remarked(
            "LayerNormalization",
            "over two axes",
            table.normal(2, 3, 4),
            table.normal(3, 4),
            table.normal(3, 4))
        .with("axis", 1)
        .with("epsilon", 0.1f);
    table.remarked("LayerNormalization", "without bias", table.normal(2, 4), table.normal(4));
    table.add("InstanceNormalization", table.normal(2, 3, 4, 5), table.normal(3), table.normal(3));
    table.remarked(
        "InstanceNormalization",
        "of rank 3",
        table.normal(2, 3, 6),
        table.normal(3),
        table.normal(3));
    groups(table, "per channel", 6, 21);
    groups(table, "per group", 3, 18);
  }

  private static void groups(GradientCases table, String remark, long parameters, long opset) {
    Tensor scale = table.normal(parameters);
    Tensor bias = table.normal(parameters);
    table
        .remarked("GroupNormalization", remark, table.normal(2, 6, 4), scale, bias)
        .with("num_groups", 3)
        .opset(opset);
    table
        .remarked(
            "GroupNormalization", remark + ", of images", table.normal(2, 6, 2, 3), scale, bias)
        .with("num_groups", 3)
        .opset(opset);
  }
}
