package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Window;
import dev.evenkeel.adapters.onnx.rewrite.GraphBuilder;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;

/**
 * Sends gradients of windows back to the elements under them.
 *
 * <p>Windows that step by one are sent back by a convolution with the kernel turned around, which
 * on ONNX Runtime takes half the time of a ConvTranspose and a third for separate channels. For
 * longer steps ConvTranspose is the fastest: inserting zeros, or one convolution per phase with
 * DepthToSpace, take from 1.3 to 5 times as long.
 */
final class TransposedWindows {
  private final Site site;
  private final List<Window> windows = new ArrayList<>();
  private boolean open;

  /**
   * The windows of a node over {@code [batch, channels, spatial...]}.
   *
   * @param kernel elements of the window along each spatial axis
   */
  TransposedWindows(Site site, long... kernel) {
    this.site = site;
    List<Dimension> spatial = site.requireShape(site.input(0)).subList(2, kernel.length + 2);
    for (int axis = 0; axis < kernel.length; axis++) {
      Dimension size = spatial.get(axis);
      Window window = Window.of(site.node(), axis, size.isKnown() ? size.size() : 0, kernel[axis]);
      if (!size.isKnown() && window.stride() > 1) {
        open = true;
        requirePads(axis);
      }
      windows.add(window);
    }
  }

  /** One per spatial axis; an axis of unknown size has size 0. */
  List<Window> windows() {
    return windows;
  }

  /**
   * Emits the gradient of the input.
   *
   * @param gradient of the output, in full shape
   * @param weight {@code [output channels, input channels / group, kernel...]}
   */
  String emit(String gradient, String weight, long group) {
    Optional<Tensor> constant = site.constant(weight);
    boolean turns =
        windows.stream()
            .allMatch(
                window -> window.stride() == 1 && padBegin(window) >= 0 && padEnd(window) >= 0);
    return turns && constant.isPresent()
        ? convolution(gradient, turned(constant.get(), (int) group), group)
        : transposed(gradient, weight, group);
  }

  private String convolution(String gradient, Tensor weight, long group) {
    GraphBuilder graph = site.graph();
    return graph.op(
        "Conv",
        "convolved",
        Map.of(
            "pads", pads(TransposedWindows::padBegin, TransposedWindows::padEnd),
            "dilations", ints(Window::dilation),
            "group", Attribute.of(group)),
        List.of(gradient, graph.constant(weight)));
  }

  private String transposed(String gradient, String weight, long group) {
    GraphBuilder graph = site.graph();
    String whole =
        graph.op(
            "ConvTranspose",
            "convolved",
            Map.of(
                "strides", ints(Window::stride),
                "pads", pads(Window::padBegin, this::cutEnd),
                "dilations", ints(Window::dilation),
                "output_padding", ints(this::outputPadding),
                "group", Attribute.of(group)),
            List.of(gradient, weight));
    if (!open) {
      return whole;
    }
    long[] starts = new long[windows.size() + 2];
    return graph.op("Slice", "cut", whole, graph.longs(starts), site.shapeVector(site.input(0)));
  }

  private static long padBegin(Window window) {
    return window.extent() - 1 - window.padBegin();
  }

  private static long padEnd(Window window) {
    return window.extent() - 1 - window.padEnd();
  }

  /** Elements of the last window that lie behind the input; unknown ones are cut afterwards. */
  private long cutEnd(Window window) {
    return isOpen(window) ? window.padEnd() : Math.max(0, -unread(window));
  }

  /** Elements of the input behind the last window; where unknown as many as there can be. */
  private long outputPadding(Window window) {
    return isOpen(window) ? window.stride() - 1 : Math.max(0, unread(window));
  }

  private static long unread(Window window) {
    long read = (window.output() - 1) * window.stride() + window.extent() - window.padBegin();
    return window.size() - read;
  }

  private static boolean isOpen(Window window) {
    return window.size() == 0;
  }

  private void requirePads(int axis) {
    if (site.node().stringAttribute("auto_pad", "NOTSET").startsWith("SAME")) {
      throw site.unsupported(
          "its automatic padding depends on the size of spatial axis "
              + axis
              + ", which is not fixed; export the model with a fixed size or with explicit pads");
    }
  }

  private Attribute pads(ToLongFunction<Window> begin, ToLongFunction<Window> end) {
    return Attribute.ofInts(
        LongStream.concat(windows.stream().mapToLong(begin), windows.stream().mapToLong(end))
            .toArray());
  }

  private Attribute ints(ToLongFunction<Window> of) {
    return Attribute.ofInts(windows.stream().mapToLong(of).toArray());
  }

  /** Swaps inputs and outputs within each group and reverses the places of the kernel. */
  private static Tensor turned(Tensor weight, int group) {
    long[] shape = weight.shape().dimensions();
    int outputs = (int) shape[0] / group;
    int inputs = (int) shape[1];
    int places = weight.size() / (int) (shape[0] * shape[1]);
    ByteBuffer from = weight.bytes();
    ByteBuffer to = ByteBuffer.allocate(from.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    byte[] element = new byte[weight.type().bytes()];
    for (int i = 0; i < weight.size(); i++) {
      int place = i % places;
      int output = i / places % outputs;
      int input = i / places / outputs % inputs;
      int firstOutput = i / places / outputs / inputs * outputs;
      int row = (firstOutput + output) * inputs + input;
      from.get((row * places + places - 1 - place) * element.length, element);
      to.put(element);
    }
    shape[0] = (long) group * inputs;
    shape[1] = outputs;
    return Tensor.wrap(weight.type(), Shape.of(shape), to.flip());
  }
}
