package dev.evenkeel.adapters.onnx.autodiff;

import java.util.List;

/** Cases of reductions and of what shares out among the elements of an axis. */
final class ReductionGradientCases {
  private ReductionGradientCases() {}

  static void add(GradientCases table) {
    for (String opType : List.of("LogSoftmax", "Softmax")) {
      table.add(opType, table.normal(2, 3, 4));
      table.remarked(opType, "along axis 1", table.normal(2, 3, 4)).with("axis", 1);
      table.remarked(opType, "before opset 13", table.normal(2, 3, 4)).with("axis", 1).opset(11);
      table.remarked(opType, "in opset 9", table.normal(2, 3)).opset(9);
    }
    for (String suffix : List.of("L2", "LogSum", "LogSumExp", "Mean", "Sum", "SumSquare")) {
      String opType = "Reduce" + suffix;
      table.add(opType, table.positive(2, 3, 4)).constantAxes(-1, 1).opset(18);
      table
          .remarked(opType, "dropped", table.positive(2, 3, 4))
          .constantAxes(1)
          .with("keepdims", 0)
          .opset(18);
      table.remarked(opType, "over all", table.positive(2, 3, 4)).opset(18);
      table
          .remarked(opType, "over all, dropped", table.positive(2, 3, 4))
          .with("keepdims", 0)
          .opset(13);
      table
          .remarked(opType, "over none", table.positive(2, 3))
          .with("noop_with_empty_axes", 1)
          .opset(18);
      table
          .remarked(opType, "by attribute", table.positive(2, 3, 4))
          .with("axes", new long[] {0, 2})
          .opset(11);
    }
    for (String opType : List.of("ReduceL1", "ReduceMax", "ReduceMin")) {
      table.add(opType, table.distinct(2, 3, 4)).constantAxes(-1, 0).opset(18);
      table.remarked(opType, "dropped", table.distinct(2, 3, 4)).with("keepdims", 0);
      table
          .remarked(opType, "by attribute", table.distinct(2, 3, 4))
          .with("axes", new long[] {1})
          .with("keepdims", 0)
          .opset(11);
    }
    table.add("LpNormalization", table.normal(2, 3, 4)).with("axis", 1);
    table.remarked("LpNormalization", "by absolute values", table.distinct(2, 3, 4)).with("p", 1);
  }
}
