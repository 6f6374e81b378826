package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.rewrite.GraphBuilder;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** Rules of operators that put parts together or cut them out. */
final class PartProducts {
  private static final int STARTS = 1;
  private static final int ENDS = 2;
  private static final int AXES = 3;
  private static final int STEPS = 4;

  private PartProducts() {}

  static void concat(Site site) {
    site.requireOpset(10);
    GraphBuilder graph = site.graph();
    String full = site.full(site.gradient(), site.output(0));
    int axis = site.axis("axis", 1);
    String start = graph.longs(0);
    for (int i = 0; i < site.node().inputs().size(); i++) {
      String end = sum(site, start, size(site, site.input(i), axis));
      if (site.active(i)) {
        site.accumulate(i, graph.op("Slice", "part", full, start, end, graph.longs(axis)));
      }
      start = end;
    }
  }

  /** Parts that nothing depends on have a gradient of zero. */
  static void split(Site site) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < site.node().outputs().size(); i++) {
      String gradient = site.gradient(i) == null ? site.zero(site.input(0)) : site.gradient(i);
      parts.add(site.full(gradient, site.requireOutput(i)));
    }
    site.accumulate(0, site.graph().concat(site.axis("axis", 0), parts));
  }

  /** Cuts off what was added; adds zeros where elements were cut off. */
  static void pad(Site site) {
    GraphBuilder graph = site.graph();
    String mode = site.node().stringAttribute("mode", "constant");
    if (!mode.equals("constant")) {
      throw site.unsupported("only mode 'constant' is covered, it has '" + mode + "'");
    }
    if (site.active(2)) {
      throw site.unsupported("the padded value '" + site.input(2) + "' is not differentiated");
    }
    String full = site.full(site.gradient(), site.output(0));
    long[] attribute = site.node().intsAttribute("pads");
    if (attribute != null) {
      Attribute cut = Attribute.ofInts(negated(attribute));
      site.accumulate(0, graph.op("Pad", "cut", Map.of("pads", cut), List.of(full)));
      return;
    }
    String cut =
        site.constant(site.input(1))
            .map(pads -> graph.longs(negated(pads.toLongs())))
            .orElseGet(() -> graph.op("Neg", "cut", site.input(1)));
    List<String> operands = new ArrayList<>(List.of(full, cut));
    if (!site.input(3).isEmpty()) {
      operands.addAll(List.of("", site.input(3)));
    }
    site.accumulate(0, graph.op("Pad", "cut", Map.of(), operands));
  }

  /** Axis by axis; what was not taken has a gradient of zero. */
  static void slice(Site site) {
    site.requireOpset(11);
    String gradient = site.full(site.gradient(), site.output(0));
    List<Dimension> shape = site.requireShape(site.input(0));
    long[] axes = axes(site);
    for (int i = 0; i < axes.length; i++) {
      int axis = (int) (axes[i] < 0 ? axes[i] + shape.size() : axes[i]);
      Optional<long[]> places = places(site, i, shape.get(axis));
      gradient =
          places.isPresent()
              ? Placement.place(site, gradient, axis, places.get())
              : Placement.place(site, gradient, axis, dynamicPlaces(site, i, axis));
    }
    site.accumulate(0, gradient);
  }

  /** The axes that are cut; the first ones if they are not given. */
  private static long[] axes(Site site) {
    if (!site.input(AXES).isEmpty()) {
      return site.constant(site.input(AXES))
          .orElseThrow(() -> site.unsupported("its axes are not constant"))
          .toLongs();
    }
    Dimension count = site.requireShape(site.input(STARTS)).get(0);
    if (!count.isKnown()) {
      throw site.unsupported("the number of its axes is not known");
    }
    return LongStream.range(0, count.size()).toArray();
  }

  /** The indices that the cut takes along an axis, if all it depends on is known. */
  private static Optional<long[]> places(Site site, int i, Dimension size) {
    Optional<Tensor> starts = site.constant(site.input(STARTS));
    Optional<Tensor> ends = site.constant(site.input(ENDS));
    Optional<Tensor> steps = site.constant(site.input(STEPS));
    boolean known = site.input(STEPS).isEmpty() || steps.isPresent();
    if (!size.isKnown() || starts.isEmpty() || ends.isEmpty() || !known) {
      return Optional.empty();
    }
    long n = size.size();
    long step = steps.map(tensor -> tensor.toLongs()[i]).orElse(1L);
    long start = clamp(starts.get().toLongs()[i], n, 0, step > 0 ? n : n - 1);
    long end = clamp(ends.get().toLongs()[i], n, step > 0 ? 0 : -1, n);
    return Optional.of(
        LongStream.iterate(start, at -> step > 0 ? at < end : at > end, at -> at + step).toArray());
  }

  /** An index that may count from the end, moved into a range. */
  private static long clamp(long index, long size, long least, long most) {
    return Math.max(least, Math.min(most, index < 0 ? index + size : index));
  }

  /** The same computed by the model: all indices of the axis, cut like the input. */
  private static String dynamicPlaces(Site site, int i, int axis) {
    GraphBuilder graph = site.graph();
    String size = graph.squeeze(size(site, site.input(0), axis), 0);
    String all =
        graph.op(
            "Range",
            "places",
            graph.constant(Tensor.scalar(0L)),
            size,
            graph.constant(Tensor.scalar(1L)));
    String steps = site.input(STEPS);
    return graph.op(
        "Slice",
        "places",
        all,
        element(site, site.input(STARTS), i),
        element(site, site.input(ENDS), i),
        graph.longs(0),
        steps.isEmpty() ? graph.longs(1) : element(site, steps, i));
  }

  /** One element of a list of integers, INT64 {@code [1]}. */
  private static String element(Site site, String list, int i) {
    GraphBuilder graph = site.graph();
    return site.constant(list)
        .map(constant -> graph.longs(constant.toLongs()[i]))
        .orElseGet(
            () -> graph.op("Gather", "element", Placement.toInt64(site, list), graph.longs(i)));
  }

  /** Size of an axis, INT64 {@code [1]}; a constant if it is known. */
  static String size(Site site, String value, int axis) {
    GraphBuilder graph = site.graph();
    Dimension known = site.shape(value).map(shape -> shape.get(axis)).orElse(Dimension.UNKNOWN);
    return known.isKnown()
        ? graph.longs(known.size())
        : graph.op("Gather", "size", site.shapeVector(value), graph.longs(axis));
  }

  private static String sum(Site site, String a, String b) {
    Optional<Tensor> left = site.constant(a);
    Optional<Tensor> right = site.constant(b);
    return left.isPresent() && right.isPresent()
        ? site.graph().longs(left.get().toLongs()[0] + right.get().toLongs()[0])
        : site.graph().add(a, b);
  }

  private static long[] negated(long... pads) {
    return Arrays.stream(pads).map(pad -> -pad).toArray();
  }
}
