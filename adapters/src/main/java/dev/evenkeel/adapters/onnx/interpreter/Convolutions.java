package dev.evenkeel.adapters.onnx.interpreter;

import dev.evenkeel.adapters.onnx.graph.Window;
import java.util.ArrayList;
import java.util.List;

/** Convolutions over any number of spatial axes. */
final class Convolutions {
  private Convolutions() {}

  /** Input {@code [n, c, ...]}, weight {@code [m, c / group, ...]}. */
  static Array conv(Call call) {
    Array x = call.input(0);
    Array w = call.input(1);
    List<Window> windows = new ArrayList<>();
    for (int axis = 0; axis < x.rank() - 2; axis++) {
      windows.add(Window.of(call.node(), axis, x.dimension(axis + 2), w.dimension(axis + 2)));
    }
    Sliding sliding = new Sliding(windows);
    List<List<Sliding.Tap>> taps = sliding.taps();
    int depth = w.dimension(1);
    int perGroup = w.dimension(0) / (int) call.integer("group", 1);
    int[] shape = Sliding.join(x.dimension(0), w.dimension(0), sliding.outputShape());
    int positions = sliding.outputSize();
    double[] y = new double[Array.size(shape)];
    for (int i = 0; i < y.length; i++) {
      int m = i / positions % shape[1];
      int n = i / positions / shape[1];
      double sum = call.has(2) ? call.input(2).value(m) : 0;
      for (int c = 0; c < depth; c++) {
        int inputStart = (n * x.dimension(1) + m / perGroup * depth + c) * sliding.inputSize();
        int weightStart = (m * depth + c) * sliding.kernelSize();
        for (Sliding.Tap tap : taps.get(i % positions)) {
          sum += x.value(inputStart + tap.input()) * w.value(weightStart + tap.kernel());
        }
      }
      y[i] = sum;
    }
    return Array.of(x.type(), shape, y);
  }

  /**
   * Input {@code [n, c, ...]}, weight {@code [c, m / group, ...]}: each input element adds its
   * multiple of the kernel to where the convolution with the same windows would have read.
   */
  static Array convTranspose(Call call) {
    Array x = call.input(0);
    Array w = call.input(1);
    List<Window> windows = new ArrayList<>();
    for (int axis = 0; axis < x.rank() - 2; axis++) {
      windows.add(transposed(call, axis, x.dimension(axis + 2), w.dimension(axis + 2)));
    }
    Sliding sliding = new Sliding(windows);
    List<List<Sliding.Tap>> taps = sliding.taps();
    int group = (int) call.integer("group", 1);
    int channels = x.dimension(1);
    int depth = w.dimension(1);
    int positions = Array.size(Sliding.spatial(x));
    int[] spatial = windows.stream().mapToInt(window -> (int) window.size()).toArray();
    int[] shape = Sliding.join(x.dimension(0), depth * group, spatial);
    double[] y = new double[Array.size(shape)];
    for (int i = 0; i < y.length && call.has(2); i++) {
      y[i] = call.input(2).value(i / sliding.inputSize() % shape[1]);
    }
    for (int i = 0; i < x.size(); i++) {
      int c = i / positions % channels;
      int n = i / positions / channels;
      for (int d = 0; d < depth; d++) {
        int m = c / (channels / group) * depth + d;
        int outputStart = (n * shape[1] + m) * sliding.inputSize();
        int weightStart = (c * depth + d) * sliding.kernelSize();
        for (Sliding.Tap tap : taps.get(i % positions)) {
          y[outputStart + tap.input()] += x.value(i) * w.value(weightStart + tap.kernel());
        }
      }
    }
    return Array.of(x.type(), shape, y);
  }

  /** The window of the convolution that this one transposes: its input is our output. */
  private static Window transposed(Call call, int axis, int size, int kernel) {
    int stride = at(call, "strides", axis, 1);
    int dilation = at(call, "dilations", axis, 1);
    int whole =
        stride * (size - 1) + at(call, "output_padding", axis, 0) + (kernel - 1) * dilation + 1;
    String autoPad = call.text("auto_pad", "NOTSET");
    long[] pads = call.longs("pads");
    if (call.longs("output_shape") == null && !autoPad.startsWith("SAME")) {
      int begin = pads == null ? 0 : (int) pads[axis];
      int end = pads == null ? 0 : (int) pads[axis + pads.length / 2];
      return new Window(whole - begin - end, kernel, stride, dilation, begin, end, false);
    }
    int wanted = at(call, "output_shape", axis, size * stride);
    int total = Math.max(0, whole - wanted);
    int begin = autoPad.equals("SAME_UPPER") ? total / 2 : total - total / 2;
    return new Window(wanted, kernel, stride, dilation, begin, total - begin, false);
  }

  private static int at(Call call, String attribute, int axis, int fallback) {
    long[] values = call.longs(attribute);
    return values == null ? fallback : (int) values[axis];
  }
}
