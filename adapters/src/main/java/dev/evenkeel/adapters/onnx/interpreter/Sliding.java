package dev.evenkeel.adapters.onnx.interpreter;

import dev.evenkeel.adapters.onnx.graph.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Windows over all spatial axes: which elements of the input each output position looks at. */
final class Sliding {
  private final List<Window> windows;
  private final int[] kernel;

  Sliding(List<Window> windows) {
    this.windows = windows;
    this.kernel = windows.stream().mapToInt(window -> (int) window.kernel()).toArray();
  }

  /**
   * One element under a window.
   *
   * @param kernel place in the kernel, row-major
   * @param input place in the spatial axes of the input, row-major
   */
  record Tap(int kernel, int input) {}

  int[] outputShape() {
    return windows.stream().mapToInt(window -> (int) window.output()).toArray();
  }

  int inputSize() {
    return windows.stream().mapToInt(window -> (int) window.size()).reduce(1, (a, b) -> a * b);
  }

  int outputSize() {
    return Array.size(outputShape());
  }

  int kernelSize() {
    return Array.size(kernel);
  }

  /** The elements under each window, padding left out, in order of the output positions. */
  List<List<Tap>> taps() {
    List<List<Tap>> taps = new ArrayList<>();
    Positions.forEach(outputShape(), (at, i) -> taps.add(taps(at.clone())));
    return taps;
  }

  /** The number of places of a window that lie on the input or its padding. */
  int placesWithPadding(int... output) {
    int places = 1;
    for (int axis = 0; axis < kernel.length; axis++) {
      Window window = windows.get(axis);
      long start = output[axis] * window.stride();
      long end = window.size() + window.padBegin() + window.padEnd();
      int inside = 0;
      for (int k = 0; k < kernel[axis]; k++) {
        inside += start + k * window.dilation() < end ? 1 : 0;
      }
      places *= inside;
    }
    return places;
  }

  private List<Tap> taps(int... output) {
    List<Tap> taps = new ArrayList<>();
    Positions.forEach(
        kernel,
        (k, index) -> {
          int input = 0;
          for (int axis = 0; axis < k.length; axis++) {
            Window window = windows.get(axis);
            long at =
                output[axis] * window.stride() - window.padBegin() + k[axis] * window.dilation();
            if (at < 0 || at >= window.size()) {
              return;
            }
            input = (int) (input * window.size() + at);
          }
          taps.add(new Tap(index, input));
        });
    return taps;
  }

  static int[] spatial(Array x) {
    return Arrays.copyOfRange(x.shape(), 2, x.rank());
  }

  /** Batch, channels, then the spatial axes. */
  static int[] join(int batch, int channels, int... spatial) {
    int[] shape = new int[spatial.length + 2];
    shape[0] = batch;
    shape[1] = channels;
    System.arraycopy(spatial, 0, shape, 2, spatial.length);
    return shape;
  }
}
