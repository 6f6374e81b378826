package dev.evenkeel.adapters.onnx.shape;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import java.util.function.LongBinaryOperator;

/**
 * One integer that a graph computes from shapes: known, the size of a named axis, or unknown.
 *
 * @param known whether the value is known
 * @param value the value if it is known, else 0
 * @param symbol name of the axis if the value is the size of one, else empty
 */
record Amount(boolean known, long value, String symbol) {
  static final Amount UNKNOWN = new Amount(false, 0, "");

  static Amount of(long value) {
    return new Amount(true, value, "");
  }

  static Amount of(Dimension dimension) {
    return dimension.isKnown() ? of(dimension.size()) : new Amount(false, 0, dimension.symbol());
  }

  /** As the size of an axis; negative numbers are none. */
  Dimension toDimension() {
    if (known) {
      return value < 0 ? Dimension.UNKNOWN : Dimension.of(value);
    }
    return Dimension.symbol(symbol);
  }

  Amount combine(Amount other, LongBinaryOperator operator) {
    return known && other.known ? of(operator.applyAsLong(value, other.value)) : UNKNOWN;
  }
}
