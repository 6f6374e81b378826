package dev.evenkeel.adapters.testing;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.Arrays;

/** Cuts and shuffles float tensors along their first axis. */
public final class Batches {
  private Batches() {}

  /** The rows at the given positions, in that order. */
  public static Tensor rows(Tensor tensor, int... positions) {
    float[] all = tensor.toFloats();
    int width = all.length / (int) tensor.shape().dimension(0);
    float[] picked = new float[positions.length * width];
    for (int i = 0; i < positions.length; i++) {
      System.arraycopy(all, positions[i] * width, picked, i * width, width);
    }
    long[] shape = tensor.shape().dimensions();
    shape[0] = positions.length;
    return Tensor.ofFloats(Shape.of(shape), picked);
  }

  /** The rows of one tensor after those of another. */
  public static Tensor joined(Tensor first, Tensor second) {
    float[] a = first.toFloats();
    float[] b = second.toFloats();
    float[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    long[] shape = first.shape().dimensions();
    shape[0] += second.shape().dimension(0);
    return Tensor.ofFloats(Shape.of(shape), both);
  }

  /** Every element times a factor. */
  public static Tensor scaled(Tensor tensor, float factor) {
    float[] values = tensor.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    return Tensor.ofFloats(tensor.shape(), values);
  }
}
