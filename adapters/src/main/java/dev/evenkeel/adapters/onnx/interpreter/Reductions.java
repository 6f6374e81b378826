package dev.evenkeel.adapters.onnx.interpreter;

import dev.evenkeel.adapters.tensor.ElementType;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/** Operators that make one number of many. */
final class Reductions {
  private Reductions() {}

  /**
   * Over the axes given as attribute or second input; over all if none are, or each element for
   * itself if the node says so.
   */
  static Operator reduce(ToDoubleFunction<double[]> summary) {
    return Operator.of(
        call -> {
          Array input = call.input(0);
          long[] axes = call.longs("axes", 1);
          boolean none = axes == null || axes.length == 0;
          boolean all = none && !call.flag("noop_with_empty_axes", false);
          boolean[] chosen =
              all
                  ? Positions.from(0, input.rank())
                  : Positions.axes(none ? new long[0] : axes, input.rank());
          Array reduced = reduce(input, chosen, summary);
          return call.flag("keepdims", true) ? reduced : drop(reduced, chosen);
        });
  }

  static Array reduce(Array input, boolean[] chosen, ToDoubleFunction<double[]> summary) {
    int[] shape = Positions.shrink(input.shape(), chosen);
    int groups = Array.size(shape);
    int groupSize = groups == 0 ? 0 : input.size() / groups;
    double[][] members = new double[groups][groupSize];
    int[] counts = new int[groups];
    int[] group = new int[shape.length];
    Array index = Array.of(input.type(), shape, new double[groups]);
    Positions.forEach(
        input.shape(),
        (at, i) -> {
          for (int axis = 0; axis < group.length; axis++) {
            group[axis] = chosen[axis] ? 0 : at[axis];
          }
          int g = index.index(group);
          members[g][counts[g]++] = input.value(i);
        });
    return Array.of(input.type(), shape, Arrays.stream(members).mapToDouble(summary).toArray());
  }

  /** Over everything behind batch and channels. */
  static Array overSpace(Call call, ToDoubleFunction<double[]> summary) {
    return reduce(call.input(0), Positions.from(2, call.input(0).rank()), summary);
  }

  static Array argument(Call call, double sign) {
    Array input = call.input(0);
    boolean last = call.flag("select_last_index", false);
    boolean[] chosen = new boolean[input.rank()];
    chosen[call.axis("axis", 0, input.rank())] = true;
    Array found = reduce(input, chosen, group -> largest(group, sign, last));
    return (call.flag("keepdims", true) ? found : drop(found, chosen)).as(ElementType.INT64);
  }

  /** Over one axis; before opset 13 over all axes from that one on. */
  static Array softmax(Call call) {
    Array input = call.input(0);
    boolean[] chosen;
    if (call.opset() < 13) {
      chosen = Positions.from(call.axis("axis", 1, input.rank()), input.rank());
    } else {
      chosen = new boolean[input.rank()];
      chosen[call.axis("axis", -1, input.rank())] = true;
    }
    Array shifted =
        Elementwise.combine(input, reduce(input, chosen, Reductions::max), (x, max) -> x - max);
    Array sums = reduce(shifted.map(Math::exp), chosen, Reductions::sum);
    return Elementwise.combine(shifted, sums, (x, sum) -> Math.exp(x) / sum);
  }

  static double max(double... group) {
    return Arrays.stream(group).max().orElse(Double.NEGATIVE_INFINITY);
  }

  static double mean(double... group) {
    return sum(group) / group.length;
  }

  static double min(double... group) {
    return Arrays.stream(group).min().orElse(Double.POSITIVE_INFINITY);
  }

  static double norm(long p, double... group) {
    return Math.pow(
        Arrays.stream(group).map(x -> Math.pow(Math.abs(x), (double) p)).sum(), 1.0 / (double) p);
  }

  static double product(double... group) {
    return Arrays.stream(group).reduce(1, (a, b) -> a * b);
  }

  static double sum(double... group) {
    return Arrays.stream(group).sum();
  }

  static double sumOfSquares(double... group) {
    return Arrays.stream(group).map(x -> x * x).sum();
  }

  static double sumOfExponentials(double... group) {
    return Arrays.stream(group).map(Math::exp).sum();
  }

  private static Array drop(Array reduced, boolean[] chosen) {
    int[] shape = reduced.shape();
    int[] kept = new int[shape.length];
    int rank = 0;
    for (int axis = 0; axis < shape.length; axis++) {
      if (!chosen[axis]) {
        kept[rank++] = shape[axis];
      }
    }
    return reduced.reshape(Arrays.copyOf(kept, rank));
  }

  private static double largest(double[] group, double sign, boolean last) {
    int best = 0;
    for (int i = 1; i < group.length; i++) {
      double gain = sign * (group[i] - group[best]);
      best = gain > 0 || (last && gain == 0) ? i : best;
    }
    return best;
  }
}
