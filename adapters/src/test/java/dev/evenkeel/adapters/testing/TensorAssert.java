package dev.evenkeel.adapters.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.tensor.Tensor;

/** Compares tensors that different arithmetic made. */
public final class TensorAssert {
  private TensorAssert() {}

  /**
   * Same shape, and every element within {@code tolerance * max(1, |expected|)}; element types may
   * differ. Infinities and NaN equal themselves.
   *
   * @param what named in the message of the failure
   */
  public static void assertClose(Tensor actual, Tensor expected, double tolerance, String what) {
    assertThat(actual.shape()).as("shape of %s", what).isEqualTo(expected.shape());
    double[] found = actual.toDoubles();
    double[] wanted = expected.toDoubles();
    for (int i = 0; i < wanted.length; i++) {
      double bound = tolerance * Math.max(1, Math.abs(wanted[i]));
      boolean close =
          Double.compare(found[i], wanted[i]) == 0 || Math.abs(found[i] - wanted[i]) <= bound;
      assertThat(close)
          .as(
              "element %d of %s: found %s, expected %s within %s",
              i, what, found[i], wanted[i], bound)
          .isTrue();
    }
  }
}
