package dev.evenkeel.adapters.tta.optimizer;

/** Checks of options. */
final class Range {
  private Range() {}

  /** A number in [low, high). */
  static double halfOpen(String name, double value, double low, double high) {
    if (!(value >= low && value < high)) {
      throw new IllegalArgumentException(
          name + " is " + value + ", expected a number in [" + low + ", " + high + ")");
    }
    return value;
  }

  /** A finite number above 0. */
  static double positive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          name + " is " + value + ", expected a finite number above 0");
    }
    return value;
  }
}
