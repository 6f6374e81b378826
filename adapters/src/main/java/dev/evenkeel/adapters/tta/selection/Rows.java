package dev.evenkeel.adapters.tta.selection;

import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;

/** Selections row by row. */
final class Rows {
  static final IntToDoubleFunction UNWEIGHTED = row -> 1;

  private Rows() {}

  /** Those rows of {@code before} that pass, their weights multiplied. */
  static Selected filter(Selected before, IntPredicate passes, IntToDoubleFunction weight) {
    int rows = before.kept().length;
    boolean[] kept = new boolean[rows];
    double[] weights = new double[rows];
    for (int row = 0; row < rows; row++) {
      kept[row] = before.kept()[row] && passes.test(row);
      weights[row] = kept[row] ? weight.applyAsDouble(row) : 0;
    }
    return before.intersect(new Selected(kept, weights));
  }

  /** An option that must be a finite number above 0. */
  static double positive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          name + " is " + value + ", expected a finite number above 0");
    }
    return value;
  }

  /** An option that must be finite. */
  static double finite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(name + " is " + value + ", expected a finite number");
    }
    return value;
  }
}
