package dev.evenkeel.adapters.onnx.interpreter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Operators that keep the elements and change the shape or the order. */
final class Layout {
  private Layout() {}

  static Array flatten(Call call) {
    Array x = call.input(0);
    long axis = call.integer("axis", 1);
    int split = (int) (axis < 0 ? axis + x.rank() : axis);
    int rows = Array.size(Arrays.copyOf(x.shape(), split));
    return x.reshape(rows, Array.size(Arrays.copyOfRange(x.shape(), split, x.rank())));
  }

  /** A 0 copies the axis of the input (unless allowzero), one -1 takes what is left. */
  static Array reshape(Call call) {
    Array x = call.input(0);
    int[] shape = call.input(1).toInts();
    int known = 1;
    int rest = -1;
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] == 0 && !call.flag("allowzero", false)) {
        shape[i] = x.dimension(i);
      }
      if (shape[i] == -1) {
        rest = i;
      } else {
        known *= shape[i];
      }
    }
    if (rest >= 0) {
      shape[rest] = x.size() / known;
    }
    return x.reshape(shape);
  }

  static Array transpose(Call call) {
    Array x = call.input(0);
    int rank = x.rank();
    long[] permutation = call.longs("perm");
    int[] from =
        IntStream.range(0, rank)
            .map(i -> permutation == null ? rank - 1 - i : (int) permutation[i])
            .toArray();
    int[] shape = Arrays.stream(from).map(x::dimension).toArray();
    int[] source = new int[rank];
    return Array.build(
        x.type(),
        shape,
        at -> {
          for (int i = 0; i < rank; i++) {
            source[from[i]] = at[i];
          }
          return x.at(source);
        });
  }

  static Array squeeze(Call call) {
    Array x = call.input(0);
    long[] axes = call.longs("axes", 1);
    boolean[] dropped = axes == null ? null : Positions.axes(axes, x.rank());
    return x.reshape(
        IntStream.range(0, x.rank())
            .filter(axis -> dropped == null ? x.dimension(axis) != 1 : !dropped[axis])
            .map(x::dimension)
            .toArray());
  }

  static Array unsqueeze(Call call) {
    Array x = call.input(0);
    long[] axes = call.longs("axes", 1);
    boolean[] added = Positions.axes(axes, x.rank() + axes.length);
    int[] shape = new int[added.length];
    int next = 0;
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = added[axis] ? 1 : x.dimension(next++);
    }
    return x.reshape(shape);
  }

  static Array expand(Call call) {
    Array x = call.input(0);
    int[] shape = Positions.broadcast(x.shape(), call.input(1).toInts());
    return Array.build(x.type(), shape, x::broadcastAt);
  }

  static Array tile(Call call) {
    Array x = call.input(0);
    int[] repeats = call.input(1).toInts();
    int[] shape = IntStream.range(0, x.rank()).map(i -> x.dimension(i) * repeats[i]).toArray();
    int[] source = new int[x.rank()];
    return Array.build(
        x.type(),
        shape,
        at -> {
          Arrays.setAll(source, axis -> at[axis] % x.dimension(axis));
          return x.at(source);
        });
  }

  static Array concat(Call call) {
    Array first = call.input(0);
    int axis = call.axis("axis", 0, first.rank());
    int[] shape = first.shape();
    shape[axis] = call.inputs().stream().mapToInt(part -> part.dimension(axis)).sum();
    return Array.build(
        first.type(),
        shape,
        at -> {
          int[] source = at.clone();
          int part = 0;
          while (source[axis] >= call.input(part).dimension(axis)) {
            source[axis] -= call.input(part++).dimension(axis);
          }
          return call.input(part).at(source);
        });
  }

  /** Equal parts unless sizes are given, the last one smaller if need be. */
  static List<Array> split(Call call) {
    Array x = call.input(0);
    int axis = call.axis("axis", 0, x.rank());
    long[] sizes = call.longs("split", 1);
    int parts = call.node().outputs().size();
    int equal = (x.dimension(axis) + parts - 1) / parts;
    List<Array> outputs = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < parts; i++) {
      int size = sizes == null ? Math.min(equal, x.dimension(axis) - start) : (int) sizes[i];
      int offset = start;
      outputs.add(
          Array.build(
              x.type(),
              Positions.with(x.shape(), axis, size),
              at -> x.at(Positions.with(at, axis, at[axis] + offset))));
      start += size;
    }
    return outputs;
  }

  static Array slice(Call call) {
    Array x = call.input(0);
    long[] starts = call.longs("starts", 1);
    long[] ends = call.longs("ends", 2);
    long[] axes = call.longs("axes", 3);
    long[] steps = call.has(4) ? call.input(4).toLongs() : null;
    int[] shape = x.shape();
    int[] from = new int[x.rank()];
    int[] by = new int[x.rank()];
    Arrays.fill(by, 1);
    for (int i = 0; i < starts.length; i++) {
      int axis = Positions.axis(axes == null ? i : axes[i], x.rank());
      int size = x.dimension(axis);
      by[axis] = steps == null ? 1 : (int) steps[i];
      from[axis] = clamp(starts[i], size, 0, by[axis] > 0 ? size : size - 1);
      int to = clamp(ends[i], size, by[axis] > 0 ? 0 : -1, size);
      shape[axis] = Math.max(0, (int) Math.ceil((to - from[axis]) / (double) by[axis]));
    }
    int[] source = new int[x.rank()];
    return Array.build(
        x.type(),
        shape,
        at -> {
          Arrays.setAll(source, axis -> from[axis] + at[axis] * by[axis]);
          return x.at(source);
        });
  }

  static Array depthToSpace(Call call) {
    Array x = call.input(0);
    int block = (int) call.integer("blocksize", 1);
    int depth = x.dimension(1) / (block * block);
    boolean depthFirst = call.text("mode", "DCR").equals("DCR");
    int[] shape = {x.dimension(0), depth, x.dimension(2) * block, x.dimension(3) * block};
    return Array.build(
        x.type(),
        shape,
        at -> {
          int offset = at[2] % block * block + at[3] % block;
          int c = depthFirst ? offset * depth + at[1] : at[1] * block * block + offset;
          return x.at(at[0], c, at[2] / block, at[3] / block);
        });
  }

  /** An index that may count from the end, moved into a range. */
  private static int clamp(long index, int size, int least, int most) {
    long positive = index < 0 ? index + size : index;
    return (int) Math.max(least, Math.min(most, positive));
  }
}
