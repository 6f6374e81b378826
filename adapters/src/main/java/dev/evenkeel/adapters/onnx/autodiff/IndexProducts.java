package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.rewrite.GraphBuilder;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Rules of operators that pick elements by index; what is picked twice gets both gradients. */
final class IndexProducts {
  private IndexProducts() {}

  static void gather(Site site) {
    site.requireOpset(11);
    GraphBuilder graph = site.graph();
    int axis = site.axis("axis", 0);
    String gradient = onePickedAxis(site, axis, site.full(site.gradient(), site.output(0)));
    Dimension size = site.requireShape(site.input(0)).get(axis);
    Optional<Tensor> constant = site.constant(site.input(1));
    if (constant.isPresent() && size.isKnown()) {
      long[] places =
          Arrays.stream(constant.get().toLongs())
              .map(place -> place < 0 ? place + size.size() : place)
              .toArray();
      site.accumulate(0, Placement.place(site, gradient, axis, places));
    } else {
      String places = graph.reshape(Placement.toInt64(site, site.input(1)), -1);
      site.accumulate(0, Placement.place(site, gradient, axis, places));
    }
  }

  static void gatherElements(Site site) {
    site.requireOpset(16);
    GraphBuilder graph = site.graph();
    String x = site.input(0);
    String sums =
        graph.op(
            "ScatterElements",
            "sums",
            Map.of(
                "axis",
                Attribute.of((long) site.axis("axis", 0)),
                "reduction",
                Attribute.of("add")),
            List.of(
                graph.op("Expand", "zeros", site.zero(x), site.shapeVector(x)),
                site.input(1),
                site.full(site.gradient(), site.output(0))));
    site.accumulate(0, sums);
  }

  /** The gradient with the axes of the indices flattened to one, as the input has. */
  private static String onePickedAxis(Site site, int axis, String full) {
    int rank = site.rank(site.input(1));
    if (rank == 1) {
      return full;
    }
    if (rank == 0) {
      return site.graph().unsqueeze(full, axis);
    }
    // A 0 keeps the axes before the indices.
    List<Dimension> shape = site.requireShape(site.input(0));
    long[] flat = new long[shape.size()];
    flat[axis] = -1;
    for (int i = axis + 1; i < flat.length; i++) {
      if (!shape.get(i).isKnown()) {
        throw site.unsupported("the size of axis " + i + " of its input is not known");
      }
      flat[i] = shape.get(i).size();
    }
    return site.graph().reshape(full, flat);
  }
}
