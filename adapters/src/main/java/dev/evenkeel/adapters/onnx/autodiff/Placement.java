package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.rewrite.GraphBuilder;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Puts slices of a gradient where the first input of a node had them along an axis; slices at the
 * same place add up, all other places are zero.
 */
final class Placement {
  private Placement() {}

  /**
   * Places slices at known indices of an axis of known size; neighbours only need a frame of zeros.
   */
  static String place(Site site, String gradient, int axis, long... places) {
    GraphBuilder graph = site.graph();
    long begin = places.length == 0 ? 0 : places[0];
    boolean neighbours = IntStream.range(0, places.length).allMatch(i -> places[i] == begin + i);
    if (!neighbours) {
      return place(site, gradient, axis, graph.longs(places));
    }
    List<Dimension> shape = site.requireShape(site.input(0));
    long end = shape.get(axis).size() - begin - places.length;
    if (begin == 0 && end == 0) {
      return gradient;
    }
    long[] frame = new long[2 * shape.size()];
    frame[axis] = begin;
    frame[axis + shape.size()] = end;
    return graph.op("Pad", "placed", gradient, graph.longs(frame));
  }

  /**
   * Places slices by a product with one-hot vectors.
   *
   * @param gradient of the input's rank
   * @param places INT64 {@code [slices]}; negative ones count from the end
   */
  static String place(Site site, String gradient, int axis, String places) {
    GraphBuilder graph = site.graph();
    int last = site.rank(site.input(0)) - 1;
    if (axis == last - 1) {
      return graph.matMul(oneHot(site, axis, places, 0), gradient);
    }
    String rows = oneHot(site, axis, places, 1);
    if (axis == last) {
      return graph.matMul(gradient, rows);
    }
    long[] swapped = IntStream.rangeClosed(0, last).asLongStream().toArray();
    swapped[axis] = last;
    swapped[last] = axis;
    String placed = graph.matMul(graph.transpose(gradient, swapped), rows);
    return graph.transpose(placed, swapped);
  }

  static String toInt64(Site site, String integers) {
    return site.type(integers) == ElementType.INT64
        ? integers
        : site.graph().cast(integers, ElementType.INT64);
  }

  /** {@code [size, slices]} for axis 0, {@code [slices, size]} for axis 1. */
  private static String oneHot(Site site, int axis, String places, long sizeAxis) {
    GraphBuilder graph = site.graph();
    Shape two = Shape.of(2);
    boolean doubles = site.type(site.input(0)) == ElementType.FLOAT64;
    Tensor values = doubles ? Tensor.ofDoubles(two, 0, 1) : Tensor.ofFloats(two, 0, 1);
    return graph.op(
        "OneHot",
        "places",
        Map.of("axis", Attribute.of(sizeAxis)),
        List.of(places, PartProducts.size(site, site.input(0), axis), graph.constant(values)));
  }
}
