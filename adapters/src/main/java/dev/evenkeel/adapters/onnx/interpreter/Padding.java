package dev.evenkeel.adapters.onnx.interpreter;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Pad: elements around the input, or fewer of them where the padding is negative. */
final class Padding {
  private Padding() {}

  /** Pads and value are attributes before opset 11, inputs from then on. */
  static Array pad(Call call) {
    Array x = call.input(0);
    long[] pads = call.longs("pads", 1);
    double value = call.has(2) ? call.input(2).value(0) : call.number("value", 0);
    long[] axes =
        call.has(3)
            ? call.input(3).toLongs()
            : IntStream.range(0, x.rank()).asLongStream().toArray();
    String mode = call.text("mode", "constant");
    int[] shape = x.shape();
    int[] begin = new int[x.rank()];
    for (int i = 0; i < axes.length; i++) {
      int axis = Positions.axis(axes[i], x.rank());
      begin[axis] = (int) pads[i];
      shape[axis] += (int) (pads[i] + pads[i + axes.length]);
    }
    int[] source = new int[x.rank()];
    return Array.build(
        x.type(),
        shape,
        at -> {
          Arrays.setAll(
              source, axis -> source(call, mode, at[axis] - begin[axis], x.dimension(axis)));
          return Arrays.stream(source).anyMatch(i -> i < 0) ? value : x.at(source);
        });
  }

  /** Where an element beyond the ends comes from; negative if from nowhere. */
  private static int source(Call call, String mode, int i, int size) {
    if (i >= 0 && i < size) {
      return i;
    }
    return switch (mode) {
      case "constant" -> -1;
      case "edge" -> i < 0 ? 0 : size - 1;
      case "reflect" -> i < 0 ? -i : 2 * (size - 1) - i;
      case "wrap" -> Math.floorMod(i, size);
      default -> throw call.unsupported("mode");
    };
  }
}
