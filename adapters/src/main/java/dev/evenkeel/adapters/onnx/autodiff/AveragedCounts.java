package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.graph.Window;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * How many elements an AveragePool divides by: the product over the axes.
 *
 * @param perAxis for each spatial axis the elements under each window, or one number for all
 * @param windows one per spatial axis
 */
record AveragedCounts(List<long[]> perAxis, List<Window> windows) {
  static AveragedCounts of(Site site, List<Window> windows) {
    boolean padded = site.node().intAttribute("count_include_pad", 0) != 0;
    List<long[]> perAxis = new ArrayList<>();
    for (int axis = 0; axis < windows.size(); axis++) {
      Window window = windows.get(axis);
      boolean known = site.requireShape(site.input(0)).get(axis + 2).isKnown();
      boolean inside = padded || (window.padBegin() == 0 && window.padEnd() == 0);
      if (known) {
        perAxis.add(shared(counts(window, padded)));
      } else if (inside && !window.ceil()) {
        perAxis.add(new long[] {window.kernel()});
      } else {
        throw site.unsupported(
            "how much it averages at the borders depends on the size of spatial axis "
                + axis
                + ", which is not fixed; export the model with a fixed size");
      }
    }
    return new AveragedCounts(perAxis, windows);
  }

  /** What to multiply by, {@code [1, 1, spatial...]}. */
  String reciprocals(Site site) {
    long[] shape = new long[perAxis.size() + 2];
    Arrays.fill(shape, 1);
    double[] products = {1};
    for (int axis = 0; axis < perAxis.size(); axis++) {
      long[] counts = perAxis.get(axis);
      shape[axis + 2] = counts.length;
      products =
          Arrays.stream(products)
              .flatMap(product -> Arrays.stream(counts).mapToDouble(count -> product * count))
              .toArray();
    }
    return tensor(site, shape, Arrays.stream(products).map(product -> 1 / product).toArray());
  }

  /** The kernel of a sum, {@code [channels, 1, kernel...]}. */
  String ones(Site site, long channels) {
    long[] shape =
        LongStream.concat(LongStream.of(channels, 1), windows.stream().mapToLong(Window::kernel))
            .toArray();
    double[] ones = new double[Math.toIntExact(Shape.of(shape).size())];
    Arrays.fill(ones, 1);
    return tensor(site, shape, ones);
  }

  private static String tensor(Site site, long[] shape, double... values) {
    if (site.type(site.input(0)) == ElementType.FLOAT64) {
      return site.graph().constant(Tensor.ofDoubles(Shape.of(shape), values));
    }
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return site.graph().constant(Tensor.ofFloats(Shape.of(shape), floats));
  }

  private static long[] counts(Window window, boolean padded) {
    long first = padded ? -window.padBegin() : 0;
    long end = window.size() + (padded ? window.padEnd() : 0);
    long[] counts = new long[Math.toIntExact(window.output())];
    for (int i = 0; i < counts.length; i++) {
      long start = i * window.stride() - window.padBegin();
      for (long k = 0; k < window.kernel(); k++) {
        long at = start + k * window.dilation();
        counts[i] += at >= first && at < end ? 1 : 0;
      }
    }
    return counts;
  }

  /** One number if all are the same. */
  private static long[] shared(long... counts) {
    return Arrays.stream(counts).distinct().count() == 1 ? new long[] {counts[0]} : counts;
  }
}
