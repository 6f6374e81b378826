package dev.evenkeel.adapters.onnx.interpreter;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;

/** Operators that pick or place elements by index; a negative index counts from the end. */
final class Indexing {
  private Indexing() {}

  /** The axis of the data gives way to all axes of the indices. */
  static Array gather(Call call) {
    Array data = call.input(0);
    Array indices = call.input(1);
    int axis = call.axis("axis", 0, data.rank());
    int end = axis + indices.rank();
    int[] tail = Arrays.copyOfRange(data.shape(), axis + 1, data.rank());
    int[] shape = join(join(Arrays.copyOf(data.shape(), axis), indices.shape()), tail);
    return Array.build(
        data.type(),
        shape,
        at -> {
          double index = indices.at(Arrays.copyOfRange(at, axis, end));
          int[] head = join(Arrays.copyOf(at, axis), wrap(index, data.dimension(axis)));
          return data.at(join(head, Arrays.copyOfRange(at, end, at.length)));
        });
  }

  static Array gatherElements(Call call) {
    Array data = call.input(0);
    Array indices = call.input(1);
    int axis = call.axis("axis", 0, data.rank());
    return Array.build(
        data.type(),
        indices.shape(),
        at -> data.at(Positions.with(at, axis, wrap(indices.at(at), data.dimension(axis)))));
  }

  static Array scatterElements(Call call) {
    Array data = call.input(0);
    Array indices = call.input(1);
    Array updates = call.input(2);
    int axis = call.axis("axis", 0, data.rank());
    DoubleBinaryOperator reduction =
        switch (call.text("reduction", "none")) {
          case "add" -> Double::sum;
          case "max" -> Math::max;
          case "min" -> Math::min;
          case "mul" -> (a, b) -> a * b;
          case "none" -> (a, b) -> b;
          default -> throw call.unsupported("reduction");
        };
    double[] values = data.values();
    Positions.forEach(
        indices.shape(),
        (at, i) -> {
          int index = wrap(indices.value(i), data.dimension(axis));
          int place = data.index(Positions.with(at, axis, index));
          values[place] = reduction.applyAsDouble(values[place], updates.value(i));
        });
    return Array.of(data.type(), data.shape(), values);
  }

  /** Inputs are the indices, the depth, and the values for off and on. */
  static Array oneHot(Call call) {
    Array indices = call.input(0);
    int depth = (int) call.input(1).value(0);
    Array values = call.input(2);
    int axis = call.axis("axis", -1, indices.rank() + 1);
    int[] tail = Arrays.copyOfRange(indices.shape(), axis, indices.rank());
    int[] shape = join(join(Arrays.copyOf(indices.shape(), axis), depth), tail);
    return Array.build(
        values.type(),
        shape,
        at -> {
          double index = indices.at(remove(at, axis));
          double wrapped = index < 0 ? index + depth : index;
          return values.value(wrapped == at[axis] ? 1 : 0);
        });
  }

  /** Keeps the upper or lower triangle of the last two axes. */
  static Array trilu(Call call) {
    Array x = call.input(0);
    long k = call.has(1) ? (long) call.input(1).value(0) : 0;
    boolean upper = call.flag("upper", true);
    return Array.build(
        x.type(),
        x.shape(),
        at -> {
          long diagonal = (long) at[at.length - 1] - at[at.length - 2];
          boolean kept = upper ? diagonal >= k : diagonal <= k;
          return kept ? x.at(at) : 0;
        });
  }

  private static int wrap(double index, int size) {
    return (int) (index < 0 ? index + size : index);
  }

  private static int[] join(int[] head, int... tail) {
    int[] joined = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, joined, head.length, tail.length);
    return joined;
  }

  private static int[] remove(int[] position, int axis) {
    int[] shorter = Arrays.copyOf(position, position.length - 1);
    System.arraycopy(position, axis + 1, shorter, axis, shorter.length - axis);
    return shorter;
  }
}
