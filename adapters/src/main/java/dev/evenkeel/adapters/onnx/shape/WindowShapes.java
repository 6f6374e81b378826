package dev.evenkeel.adapters.onnx.shape;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Convolutions and poolings over {@code [batch, channels, spatial...]}. */
final class WindowShapes {
  private WindowShapes() {}

  static List<Dimension> conv(Site site, int output) {
    List<Dimension> input = site.shape(0);
    List<Dimension> shape = new ArrayList<>(List.of(input.get(0), site.shape(1).get(0)));
    for (int axis = 2; axis < input.size(); axis++) {
      shape.add(slide(site.node(), axis - 2, input.get(axis), kernel(site, axis)));
    }
    return shape;
  }

  static List<Dimension> pool(Site site, int output) {
    List<Dimension> input = site.shape(0);
    long[] kernel = kernelShape(site);
    List<Dimension> shape = new ArrayList<>(input.subList(0, 2));
    for (int axis = 2; axis < input.size(); axis++) {
      shape.add(slide(site.node(), axis - 2, input.get(axis), kernel[axis - 2]));
    }
    return shape;
  }

  static List<Dimension> globalPool(Site site, int output) {
    List<Dimension> input = site.shape(0);
    List<Dimension> shape = new ArrayList<>(input.subList(0, 2));
    shape.addAll(Collections.nCopies(input.size() - 2, Dimension.of(1)));
    return shape;
  }

  static List<Dimension> convTranspose(Site site, int output) {
    Node node = site.node();
    List<Dimension> input = site.shape(0);
    long channels = site.size(1, 1) * node.intAttribute("group", 1);
    List<Dimension> shape = new ArrayList<>(List.of(input.get(0), Dimension.of(channels)));
    for (int axis = 2; axis < input.size(); axis++) {
      Dimension size = input.get(axis);
      shape.add(
          size.isKnown()
              ? Dimension.of(transposed(node, axis - 2, size.size(), kernel(site, axis)))
              : Dimension.UNKNOWN);
    }
    return shape;
  }

  private static long transposed(Node node, int axis, long size, long kernel) {
    long[] wanted = node.intsAttribute("output_shape");
    if (wanted != null) {
      return wanted[wanted.length - node.intsAttribute("kernel_shape").length + axis];
    }
    long stride = at(node, "strides", axis, 1);
    if (node.stringAttribute("auto_pad", "NOTSET").startsWith("SAME")) {
      return size * stride;
    }
    long[] pads = node.intsAttribute("pads");
    return stride * (size - 1)
        + at(node, "output_padding", axis, 0)
        + (kernel - 1) * at(node, "dilations", axis, 1)
        + 1
        - (pads == null ? 0 : pads[axis] + pads[axis + pads.length / 2]);
  }

  /** Without a size, the padding still tells whether the window keeps it. */
  private static Dimension slide(Node node, int axis, Dimension size, long kernel) {
    if (size.isKnown()) {
      return Dimension.of(Window.of(node, axis, size.size(), kernel).output());
    }
    boolean same = node.stringAttribute("auto_pad", "NOTSET").startsWith("SAME");
    boolean keepsSize =
        same ? at(node, "strides", axis, 1) == 1 : Window.of(node, axis, 0, kernel).keepsSize();
    return keepsSize ? size : Dimension.UNKNOWN;
  }

  private static long kernel(Site site, int axis) {
    long[] kernel = site.node().intsAttribute("kernel_shape");
    return kernel == null ? site.size(1, axis) : kernel[axis - 2];
  }

  private static long[] kernelShape(Site site) {
    long[] kernel = site.node().intsAttribute("kernel_shape");
    if (kernel == null) {
      throw new Unknown();
    }
    return kernel;
  }

  private static long at(Node node, String attribute, int axis, long fallback) {
    long[] values = node.intsAttribute(attribute);
    return values == null ? fallback : values[axis];
  }
}
