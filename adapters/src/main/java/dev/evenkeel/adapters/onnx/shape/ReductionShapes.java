package dev.evenkeel.adapters.onnx.shape;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Operators that shrink axes to one element, and statistics that normalisations also write. */
final class ReductionShapes {
  private ReductionShapes() {}

  /** Axes as attribute in older operator sets, as second input in newer ones. */
  static List<Dimension> reduce(Site site, int output) {
    long[] axes = site.longs("axes", 1);
    if (axes == null || axes.length == 0) {
      if (site.node().intAttribute("noop_with_empty_axes", 0) != 0) {
        return site.shape(0);
      }
      axes = IntStream.range(0, site.rank(0)).asLongStream().toArray();
    }
    return reduce(site, axes);
  }

  static List<Dimension> argument(Site site, int output) {
    return reduce(site, site.node().intAttribute("axis", 0));
  }

  /** The normalised value, then mean and inverse deviation over the axes from the first on. */
  static List<Dimension> layerNormalization(Site site, int output) {
    List<Dimension> shape = new ArrayList<>(site.shape(0));
    if (output > 0) {
      int first = site.axis("axis", -1, shape.size());
      shape.subList(first, shape.size()).replaceAll(axis -> Dimension.of(1));
    }
    return shape;
  }

  /** The normalised value, then statistics per channel. */
  static List<Dimension> batchNormalization(Site site, int output) {
    return output == 0 ? site.shape(0) : site.shape(output == 1 || output == 3 ? 3 : 4);
  }

  private static List<Dimension> reduce(Site site, long... axes) {
    List<Dimension> input = site.shape(0);
    Set<Integer> reduced =
        Arrays.stream(axes)
            .mapToObj(axis -> Site.axis(axis, input.size()))
            .collect(Collectors.toSet());
    boolean keep = site.node().intAttribute("keepdims", 1) != 0;
    List<Dimension> shape = new ArrayList<>();
    for (int axis = 0; axis < input.size(); axis++) {
      if (!reduced.contains(axis)) {
        shape.add(input.get(axis));
      } else if (keep) {
        shape.add(Dimension.of(1));
      }
    }
    return shape;
  }
}
