package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.tensor.Tensor;
import java.util.List;

/** Cases of operators that work element by element. */
final class ElementwiseGradientCases {
  private ElementwiseGradientCases() {}

  static void add(GradientCases table) {
    unary(table);
    binary(table);
    variadic(table);
    powers(table);
    choices(table);
  }

  private static void unary(GradientCases table) {
    for (String opType : List.of("Cos", "Dropout", "Exp", "Identity", "Neg", "Sin")) {
      table.add(opType, table.normal(3, 4));
    }
    for (String opType : List.of("Log", "Reciprocal", "Sqrt")) {
      table.add(opType, table.positive(3, 4));
    }
    for (String opType : List.of("Abs", "Ceil", "Floor", "Round", "Sign")) {
      table.add(opType, table.distinct(3, 4));
    }
    table.add("Cast", table.normal(3)).with("to", 1);
    table.remarked("Dropout", "with a ratio", table.normal(3, 4)).constant(Tensor.scalar(0.5f));
  }

  private static void binary(GradientCases table) {
    for (String opType : List.of("Add", "Div", "Mul", "Sub")) {
      table.add(opType, table.normal(2, 3, 4), table.positive(2, 3, 4)).closed();
      table.remarked(opType, "with a row", table.normal(2, 3, 4), table.positive(4));
      table
          .remarked(opType, "to more axes", table.positive(3, 1), table.positive(2, 1, 4))
          .closed();
      table.remarked(opType, "per channel", table.normal(2, 3, 4, 5), table.positive(1, 3, 1, 1));
      table.remarked(
          opType, "per sample and channel", table.normal(2, 3, 4, 5), table.positive(2, 3, 1, 1));
      table.remarked(opType, "in opset 9", table.normal(2, 3, 4), table.positive(3, 1)).opset(9);
    }
    table.remarked("Mul", "with itself", table.normal(2, 3)).again();
    table.remarked("Add", "to itself", table.normal(2, 3)).again();
  }

  private static void variadic(GradientCases table) {
    for (String opType : List.of("Mean", "Sum")) {
      table.add(opType, table.normal(2, 3), table.normal(3), table.normal(2, 1)).closed();
      table.remarked(opType, "of one", table.normal(2, 3));
    }
    for (String opType : List.of("Max", "Min")) {
      table.add(opType, table.distinct(2, 3), table.distinct(1, 3), table.distinct(2, 1)).closed();
      table.remarked(opType, "with itself", table.distinct(2, 3)).again();
      table.remarked(opType, "with a bound", table.distinct(2, 3)).constant(Tensor.scalar(0.1f));
      table.remarked(opType, "in opset 9", table.distinct(2, 3), table.distinct(2, 1)).opset(9);
    }
  }

  private static void powers(GradientCases table) {
    table.add("Pow", table.positive(2, 3), table.normal(3));
    table.remarked("Pow", "two", table.normal(2, 3)).constant(Tensor.scalar(2f));
    table.remarked("Pow", "of an integer", table.normal(2, 3)).constant(Tensor.scalar(3L));
    table
        .remarked("Pow", "of integers", table.positive(2, 3))
        .constant(GradientCases.longs(1, 2, 3));
    table.remarked("Pow", "fed", table.positive(2, 3)).fed(table.normal(2, 1));
  }

  private static void choices(GradientCases table) {
    table
        .add("Where")
        .fed(table.random().booleans(3, 1))
        .target(table.normal(2, 1, 4))
        .target(table.normal(4))
        .closed();
    Tensor apart = table.apart(List.of(-0.5, 0.7), 3, 4);
    table.add("Clip", apart).constant(Tensor.scalar(-0.5f)).constant(Tensor.scalar(0.7f));
    table.remarked("Clip", "from below only", apart).constant(Tensor.scalar(-0.5f));
    table.remarked("Clip", "from above only", apart).omitted().constant(Tensor.scalar(0.7f));
    table.remarked("Clip", "nowhere", apart);
    table.remarked("Clip", "by attributes", apart).with("min", -0.5f).with("max", 0.7f).opset(10);
  }
}
