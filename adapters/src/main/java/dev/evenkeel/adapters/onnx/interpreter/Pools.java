package dev.evenkeel.adapters.onnx.interpreter;

import dev.evenkeel.adapters.onnx.graph.Window;
import dev.evenkeel.adapters.tensor.ElementType;
import java.util.ArrayList;
import java.util.List;

/** Poolings over any number of spatial axes. */
final class Pools {
  private Pools() {}

  static Array average(Call call) {
    Sliding sliding = sliding(call);
    boolean countPadding = call.flag("count_include_pad", false);
    int[] counts = new int[sliding.outputSize()];
    Positions.forEach(sliding.outputShape(), (at, i) -> counts[i] = sliding.placesWithPadding(at));
    return pool(
        call,
        sliding,
        (plane, taps, position) -> {
          double sum = taps.stream().mapToDouble(tap -> plane[tap.input()]).sum();
          return sum / (countPadding ? counts[position] : taps.size());
        });
  }

  static Array norm(Call call) {
    long p = call.integer("p", 2);
    return pool(
        call,
        sliding(call),
        (plane, taps, position) ->
            Reductions.norm(p, taps.stream().mapToDouble(tap -> plane[tap.input()]).toArray()));
  }

  /** The maxima and where in the whole input they are. */
  static List<Array> max(Call call) {
    if (call.integer("storage_order", 0) != 0) {
      throw call.unsupported("storage_order");
    }
    Sliding sliding = sliding(call);
    Array places =
        pool(call, sliding, (plane, taps, position) -> largest(plane, taps)).as(ElementType.INT64);
    int outputs = sliding.outputSize();
    double[] indices = new double[places.size()];
    double[] maxima = new double[places.size()];
    for (int i = 0; i < indices.length; i++) {
      int index = i / outputs * sliding.inputSize() + (int) places.value(i);
      indices[i] = index;
      maxima[i] = call.input(0).value(index);
    }
    return List.of(
        Array.of(call.input(0).type(), places.shape(), maxima),
        Array.of(ElementType.INT64, places.shape(), indices));
  }

  /** What one window yields. */
  private interface Summary {
    double of(double[] plane, List<Sliding.Tap> taps, int position);
  }

  private static Array pool(Call call, Sliding sliding, Summary summary) {
    Array x = call.input(0);
    List<List<Sliding.Tap>> taps = sliding.taps();
    int positions = sliding.outputSize();
    int[] shape = Sliding.join(x.dimension(0), x.dimension(1), sliding.outputShape());
    double[] values = x.values();
    double[] plane = new double[sliding.inputSize()];
    double[] y = new double[Array.size(shape)];
    for (int i = 0; i < y.length; i++) {
      System.arraycopy(values, i / positions * plane.length, plane, 0, plane.length);
      y[i] = summary.of(plane, taps.get(i % positions), i % positions);
    }
    return Array.of(x.type(), shape, y);
  }

  private static double largest(double[] plane, List<Sliding.Tap> taps) {
    int best = taps.get(0).input();
    for (Sliding.Tap tap : taps) {
      best = plane[tap.input()] > plane[best] ? tap.input() : best;
    }
    return best;
  }

  private static Sliding sliding(Call call) {
    Array x = call.input(0);
    long[] kernel = call.longs("kernel_shape");
    List<Window> windows = new ArrayList<>();
    for (int axis = 0; axis < kernel.length; axis++) {
      windows.add(Window.of(call.node(), axis, x.dimension(axis + 2), kernel[axis]));
    }
    return new Sliding(windows);
  }
}
