package dev.evenkeel.adapters.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Fully known dimensions of a tensor, outermost first; rank 0 is a scalar. Immutable. */
public final class Shape {
  private static final Shape SCALAR = new Shape(new long[0]);

  private final long[] dimensions;

  private Shape(long[] dimensions) {
    this.dimensions = dimensions;
  }

  /**
   * @throws IllegalArgumentException if a dimension is negative or the element count exceeds a long
   */
  public static Shape of(long... dimensions) {
    long size = 1;
    for (long dimension : dimensions) {
      if (dimension < 0) {
        throw new IllegalArgumentException(
            "Shape " + Arrays.toString(dimensions) + " has a negative dimension");
      }
      size = Math.multiplyExact(size, dimension);
    }
    return new Shape(dimensions.clone());
  }

  public static Shape scalar() {
    return SCALAR;
  }

  public int rank() {
    return dimensions.length;
  }

  /** Size of an axis; a negative axis counts from the last. */
  public long dimension(int axis) {
    return dimensions[axis < 0 ? axis + dimensions.length : axis];
  }

  public long[] dimensions() {
    return dimensions.clone();
  }

  /** Number of elements; 1 for a scalar. */
  public long size() {
    long size = 1;
    for (long dimension : dimensions) {
      size *= dimension;
    }
    return size;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dimensions, shape.dimensions);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dimensions);
  }

  @Override
  public String toString() {
    return Arrays.stream(dimensions)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
