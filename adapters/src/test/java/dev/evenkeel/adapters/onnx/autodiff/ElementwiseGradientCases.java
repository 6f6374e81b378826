package dev.evenkeel.adapters.onnx.autodiff;

import java.util.List;

/** Cases of operators that work element by element. */
final class ElementwiseGradientCases {
  private ElementwiseGradientCases() {}

  static void add(GradientCases table) {
    for (String opType : List.of("Identity", "Neg", "Relu")) {
      table.add(opType, table.normal(3, 4));
    }
    table.add("Sqrt", table.positive(3, 4));
    for (String opType : List.of("Add", "Div", "Mul", "Sub")) {
      table.add(opType, table.normal(2, 3, 4), table.positive(2, 3, 4)).closed();
      table.remarked(opType, "with a row", table.normal(2, 3, 4), table.positive(4));
      table
          .remarked(opType, "to more axes", table.positive(3, 1), table.positive(2, 1, 4))
          .closed();
      table.remarked(opType, "per channel", table.normal(2, 3, 4, 5), table.positive(1, 3, 1, 1));
      table.remarked(
          opType, "per sample and channel", table.normal(2, 3, 4, 5), table.positive(2, 3, 1, 1));
    }
    table.remarked("Mul", "with itself", table.normal(2, 3)).again();
    table.remarked("Add", "to itself", table.normal(2, 3)).again();
  }
}
