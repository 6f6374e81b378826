package dev.evenkeel.adapters.labelshift;

/** Inner products in double precision. */
final class InnerProduct {
  private InnerProduct() {}

  /**
   * Of a part of a vector with another. Four sums side by side: one alone would wait for each
   * addition before the next.
   */
  static double of(double[] a, int offset, double[] b) {
    double first = 0;
    double second = 0;
    double third = 0;
    double fourth = 0;
    int i = 0;
    for (; i + 3 < b.length; i += 4) {
      first += a[offset + i] * b[i];
      second += a[offset + i + 1] * b[i + 1];
      third += a[offset + i + 2] * b[i + 2];
      fourth += a[offset + i + 3] * b[i + 3];
    }
    for (; i < b.length; i++) {
      first += a[offset + i] * b[i];
    }
    return first + second + third + fourth;
  }
}
