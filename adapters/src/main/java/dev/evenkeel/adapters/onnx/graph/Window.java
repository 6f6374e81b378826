package dev.evenkeel.adapters.onnx.graph;

/**
 * How a convolution or pooling slides along one spatial axis, with the automatic padding resolved.
 *
 * @param size elements of the input along the axis
 * @param kernel elements of the window
 * @param stride step between windows
 * @param dilation step between the elements of a window
 * @param padBegin elements added before the input
 * @param padEnd elements added after the input
 * @param ceil whether a last window that hangs over the end counts
 */
public record Window(
    long size, long kernel, long stride, long dilation, long padBegin, long padEnd, boolean ceil) {
  public Window {
    if (size < 0 || kernel < 1 || stride < 1 || dilation < 1) {
      throw new IllegalArgumentException(
          "A window has a size of at least 0 and kernel, stride and dilation of at least 1; found "
              + "size "
              + size
              + ", kernel "
              + kernel
              + ", stride "
              + stride
              + ", dilation "
              + dilation);
    }
  }

  /**
   * The window of a Conv or pooling node.
   *
   * @param axis spatial axis, 0 for the first one after the channels
   * @param size elements of the input along it
   * @param kernel elements of the window along it
   */
  public static Window of(Node node, int axis, long size, long kernel) {
    long[] pads = node.intsAttribute("pads");
    int rank = pads == null ? 0 : pads.length / 2;
    Window valid =
        new Window(
            size,
            kernel,
            at(node.intsAttribute("strides"), axis),
            at(node.intsAttribute("dilations"), axis),
            0,
            0,
            node.intAttribute("ceil_mode", 0) != 0);
    return switch (node.stringAttribute("auto_pad", "NOTSET")) {
      case "NOTSET" -> pads == null ? valid : valid.padded(pads[axis], pads[axis + rank]);
      case "SAME_LOWER" -> valid.padded((valid.samePadding() + 1) / 2, valid.samePadding() / 2);
      case "SAME_UPPER" -> valid.padded(valid.samePadding() / 2, (valid.samePadding() + 1) / 2);
      case "VALID" -> valid;
      default ->
          throw new IllegalArgumentException(
              "auto_pad of "
                  + node.label()
                  + " is '"
                  + node.stringAttribute("auto_pad", "")
                  + "', expected NOTSET, SAME_LOWER, SAME_UPPER or VALID");
    };
  }

  /** Number of windows. */
  public long output() {
    long room = size + padBegin + padEnd - extent();
    if (room < 0) {
      return 0;
    }
    long floor = room / stride + 1;
    boolean hangsOver = ceil && room % stride != 0 && floor * stride < size + padBegin;
    return hangsOver ? floor + 1 : floor;
  }

  /** Whether the output has the size of the input whatever that is. */
  public boolean keepsSize() {
    return stride == 1 && padBegin + padEnd == extent() - 1;
  }

  /** Elements from the first to the last of a window. */
  public long extent() {
    return (kernel - 1) * dilation + 1;
  }

  private long samePadding() {
    long windows = (size + stride - 1) / stride;
    return Math.max(0, (windows - 1) * stride + extent() - size);
  }

  private Window padded(long begin, long end) {
    return new Window(size, kernel, stride, dilation, begin, end, ceil);
  }

  private static long at(long[] values, int axis) {
    return values == null ? 1 : values[axis];
  }
}
