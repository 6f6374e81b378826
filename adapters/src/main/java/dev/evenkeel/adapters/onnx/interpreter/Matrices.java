package dev.evenkeel.adapters.onnx.interpreter;

import java.util.Arrays;

/** Matrix products. */
final class Matrices {
  private Matrices() {}

  static Array gemm(Call call) {
    Array a = call.flag("transA", false) ? transpose(call.input(0)) : call.input(0);
    Array b = call.flag("transB", false) ? transpose(call.input(1)) : call.input(1);
    double alpha = call.number("alpha", 1);
    double beta = call.number("beta", 1);
    Array product = product(a, b).map(x -> alpha * x);
    return call.has(2)
        ? Elementwise.combine(product, call.input(2), (x, c) -> x + beta * c)
        : product;
  }

  /** A vector on the left is a row, on the right a column; that axis is then dropped. */
  static Array matMul(Call call) {
    Array a = call.input(0);
    Array b = call.input(1);
    Array left = a.rank() == 1 ? a.reshape(1, a.size()) : a;
    Array right = b.rank() == 1 ? b.reshape(b.size(), 1) : b;
    Array product = product(left, right);
    int[] shape = product.shape();
    if (a.rank() == 1) {
      shape = without(shape, shape.length - 2);
    }
    if (b.rank() == 1) {
      shape = without(shape, shape.length - 1);
    }
    return product.reshape(shape);
  }

  private static Array product(Array a, Array b) {
    int inner = a.dimension(a.rank() - 1);
    if (inner != b.dimension(b.rank() - 2)) {
      throw new IllegalArgumentException(
          "Matrices "
              + Arrays.toString(a.shape())
              + " and "
              + Arrays.toString(b.shape())
              + " do not match");
    }
    int[] batch =
        Positions.broadcast(
            Arrays.copyOf(a.shape(), a.rank() - 2), Arrays.copyOf(b.shape(), b.rank() - 2));
    int rank = batch.length + 2;
    int[] shape = Arrays.copyOf(batch, rank);
    shape[rank - 2] = a.dimension(a.rank() - 2);
    shape[rank - 1] = b.dimension(b.rank() - 1);
    return Array.build(
        a.type(),
        shape,
        at -> {
          int[] left = at.clone();
          int[] right = at.clone();
          double sum = 0;
          for (int k = 0; k < inner; k++) {
            left[rank - 1] = k;
            right[rank - 2] = k;
            sum += a.broadcastAt(left) * b.broadcastAt(right);
          }
          return sum;
        });
  }

  private static Array transpose(Array a) {
    return Array.build(
        a.type(), new int[] {a.dimension(1), a.dimension(0)}, at -> a.at(at[1], at[0]));
  }

  private static int[] without(int[] shape, int axis) {
    int[] shorter = Arrays.copyOf(shape, shape.length - 1);
    System.arraycopy(shape, axis + 1, shorter, axis, shorter.length - axis);
    return shorter;
  }
}
