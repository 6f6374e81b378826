package dev.evenkeel.adapters.onnx.interpreter;

import java.util.Arrays;

/** Walks over the positions of a shape and computes with axes. */
final class Positions {
  private Positions() {}

  /** Takes a position, which it must not keep, and its place in row-major order. */
  interface Visitor {
    void visit(int[] position, int index);
  }

  static void forEach(int[] shape, Visitor visitor) {
    int size = Array.size(shape);
    int[] position = new int[shape.length];
    for (int i = 0; i < size; i++) {
      visitor.visit(position, i);
      for (int axis = shape.length - 1; axis >= 0 && ++position[axis] == shape[axis]; axis--) {
        position[axis] = 0;
      }
    }
  }

  /** The common shape of two, aligned at the last axis. */
  static int[] broadcast(int[] left, int[] right) {
    int[] shape = new int[Math.max(left.length, right.length)];
    for (int i = 1; i <= shape.length; i++) {
      int a = i <= left.length ? left[left.length - i] : 1;
      int b = i <= right.length ? right[right.length - i] : 1;
      if (a != b && a != 1 && b != 1) {
        throw new IllegalArgumentException(
            "Shapes "
                + Arrays.toString(left)
                + " and "
                + Arrays.toString(right)
                + " do not broadcast");
      }
      shape[shape.length - i] = a == 1 ? b : a;
    }
    return shape;
  }

  static int axis(long axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw new IllegalArgumentException("There is no axis " + axis + " in rank " + rank);
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  static boolean[] axes(long[] axes, int rank) {
    boolean[] chosen = new boolean[rank];
    for (long axis : axes) {
      chosen[axis(axis, rank)] = true;
    }
    return chosen;
  }

  /** The axes from one on. */
  static boolean[] from(int first, int rank) {
    boolean[] chosen = new boolean[rank];
    Arrays.fill(chosen, first, rank, true);
    return chosen;
  }

  /** The shape with the chosen axes shrunk to 1. */
  static int[] shrink(int[] shape, boolean[] chosen) {
    int[] shrunk = shape.clone();
    for (int axis = 0; axis < shape.length; axis++) {
      shrunk[axis] = chosen[axis] ? 1 : shape[axis];
    }
    return shrunk;
  }

  static int[] with(int[] shape, int axis, int size) {
    int[] changed = shape.clone();
    changed[axis] = size;
    return changed;
  }
}
