package dev.evenkeel.adapters.onnx.interpreter;

import java.util.Arrays;

/** Resize from opset 11 on, by the nearest element or linearly along each axis. */
final class Resizing {
  private Resizing() {}

  static Array resize(Call call) {
    Array x = call.input(0);
    int rank = x.rank();
    boolean bySize = call.has(3) && call.input(3).size() > 0;
    int[] shape = x.shape();
    double[] scales = new double[rank];
    for (int axis = 0; axis < rank; axis++) {
      if (bySize) {
        shape[axis] = (int) call.input(3).value(axis);
        scales[axis] = (double) shape[axis] / x.dimension(axis);
      } else {
        scales[axis] = call.input(2).value(axis);
        shape[axis] = (int) Math.floor(x.dimension(axis) * scales[axis]);
      }
    }
    String mode = call.text("mode", "nearest");
    if (!mode.equals("nearest") && !mode.equals("linear")) {
      throw call.unsupported("mode");
    }
    return Array.build(
        x.type(),
        shape,
        at -> {
          double[] place = new double[rank];
          Arrays.setAll(
              place, axis -> place(call, at[axis], x.dimension(axis), shape[axis], scales[axis]));
          return mode.equals("linear") ? linear(x, place) : x.at(nearest(call, x, place));
        });
  }

  /** Where the centre of an output element lies among the input elements. */
  private static double place(Call call, int i, int size, int newSize, double scale) {
    return switch (call.text("coordinate_transformation_mode", "half_pixel")) {
      case "align_corners" -> newSize == 1 ? 0 : (double) i * (size - 1) / (newSize - 1);
      case "asymmetric" -> i / scale;
      case "half_pixel" -> (i + 0.5) / scale - 0.5;
      case "pytorch_half_pixel" -> newSize == 1 ? 0 : (i + 0.5) / scale - 0.5;
      default -> throw call.unsupported("coordinate_transformation_mode");
    };
  }

  private static int[] nearest(Call call, Array x, double... place) {
    int[] nearest = new int[place.length];
    for (int axis = 0; axis < place.length; axis++) {
      double rounded =
          switch (call.text("nearest_mode", "round_prefer_floor")) {
            case "ceil" -> Math.ceil(place[axis]);
            case "floor" -> Math.floor(place[axis]);
            case "round_prefer_ceil" -> Math.floor(place[axis] + 0.5);
            case "round_prefer_floor" -> Math.ceil(place[axis] - 0.5);
            default -> throw call.unsupported("nearest_mode");
          };
      nearest[axis] = (int) Math.max(0, Math.min(x.dimension(axis) - 1, rounded));
    }
    return nearest;
  }

  /** The mean of the corners around the place, weighted by nearness. */
  private static double linear(Array x, double... place) {
    double sum = 0;
    int[] corner = new int[place.length];
    for (int corners = 0; corners < 1 << place.length; corners++) {
      double weight = 1;
      for (int axis = 0; axis < place.length; axis++) {
        double inside = Math.max(0, Math.min(x.dimension(axis) - 1, place[axis]));
        int low = (int) Math.floor(inside);
        boolean high = ((corners >> axis) & 1) == 1;
        weight *= high ? inside - low : 1 - (inside - low);
        corner[axis] = Math.min(x.dimension(axis) - 1, high ? low + 1 : low);
      }
      sum += weight == 0 ? 0 : weight * x.at(corner);
    }
    return sum;
  }
}
