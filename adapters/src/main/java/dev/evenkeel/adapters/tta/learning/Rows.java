package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tta.memory.MemoryItem;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Rows of arrays {@code [rows, ...]}. */
final class Rows {
  private Rows() {}

  /** A copy of one row. */
  static float[] of(float[] values, int rows, int row) {
    int width = values.length / rows;
    return Arrays.copyOfRange(values, row * width, (row + 1) * width);
  }

  /** Copies of the rows that are wanted. */
  static float[] of(float[] values, boolean[] wanted) {
    int width = values.length / wanted.length;
    float[] kept = new float[values.length];
    int next = 0;
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i]) {
        System.arraycopy(values, i * width, kept, next * width, width);
        next++;
      }
    }
    return Arrays.copyOf(kept, next * width);
  }

  /** The samples of a memory, joined. */
  static float[] samples(List<MemoryItem> items) {
    int width = items.get(0).sample().length;
    float[] joined = new float[items.size() * width];
    for (int i = 0; i < items.size(); i++) {
      System.arraycopy(items.get(i).sample(), 0, joined, i * width, width);
    }
    return joined;
  }

  /** The elements that are wanted. */
  static double[] of(double[] values, boolean[] wanted) {
    return IntStream.range(0, values.length)
        .filter(i -> wanted[i])
        .mapToDouble(i -> values[i])
        .toArray();
  }

  /** Adds rows to those that are wanted. */
  static void addTo(float[] values, float[] rows, boolean[] wanted) {
    int width = values.length / wanted.length;
    int next = 0;
    for (int i = 0; i < values.length; i++) {
      if (wanted[i / width]) {
        values[i] += rows[next++];
      }
    }
  }

  /** Adds element by element. */
  static void addTo(float[] values, float[] others) {
    for (int i = 0; i < values.length; i++) {
      values[i] += others[i];
    }
  }

  /** One over the number of rows, for each. */
  static double[] equalWeights(int rows) {
    double[] weights = new double[rows];
    Arrays.fill(weights, 1.0 / rows);
    return weights;
  }

  static boolean isFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
