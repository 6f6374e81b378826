package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.rewrite.GraphBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Rules of the poolings, and of Resize, which undoes one. */
final class PoolingProducts {
  private PoolingProducts() {}

  /** Every position gets the same share; it is not spread out over them. */
  static void globalAveragePool(Site site) {
    List<Integer> positions = IntStream.range(2, site.rank(site.input(0))).boxed().toList();
    site.accumulate(0, site.perElement(site.gradient(), site.input(0), positions));
  }

  /** The first of equal positions gets all. */
  static void globalMaxPool(Site site) {
    site.requireOpset(11);
    GraphBuilder graph = site.graph();
    String positions = graph.reshape(site.input(0), 0, 0, -1);
    String largest =
        graph.op("ArgMax", "largest", Map.of("axis", Attribute.of(2L)), List.of(positions));
    String zeros =
        graph.op("Expand", "zeros", site.zero(site.input(0)), site.shapeVector(positions));
    String gradient = graph.reshape(site.full(site.gradient(), site.output(0)), 0, 0, 1);
    String placed =
        graph.op(
            "ScatterElements",
            "placed",
            Map.of("axis", Attribute.of(2L)),
            List.of(zeros, largest, gradient));
    site.accumulate(0, LayoutProducts.likeInput(site, placed));
  }

  /**
   * Each window adds its gradient to the element it took; windows may overlap.
   *
   * <p>The forward node gets the output that tells where in the whole input these elements are.
   */
  static void maxPool(Site site) {
    if (site.node().intAttribute("storage_order", 0) != 0) {
      throw site.unsupported("it counts places by columns; export it with storage_order=0");
    }
    site.requireOpset(16);
    GraphBuilder graph = site.graph();
    String places = graph.reshape(site.requireOutput(1), -1);
    String gradient = graph.reshape(site.full(site.gradient(), site.output(0)), -1);
    String zeros = graph.op("Expand", "zeros", site.zero(site.input(0)), size(site));
    String sums =
        graph.op(
            "ScatterElements",
            "sums",
            Map.of("axis", Attribute.of(0L), "reduction", Attribute.of("add")),
            List.of(zeros, places, gradient));
    site.accumulate(0, LayoutProducts.likeInput(site, sums));
  }

  /** A convolution of each channel with ones, divided by the elements that were averaged. */
  static void averagePool(Site site) {
    TransposedWindows windows =
        new TransposedWindows(site, site.node().intsAttribute("kernel_shape"));
    Dimension channels = site.requireShape(site.input(0)).get(1);
    if (!channels.isKnown()) {
      throw site.unsupported("the number of its channels is not known");
    }
    String full = site.full(site.gradient(), site.output(0));
    AveragedCounts counts = AveragedCounts.of(site, windows.windows());
    String shares = site.graph().mul(full, counts.reciprocals(site));
    String ones = counts.ones(site, channels.size());
    site.accumulate(0, windows.emit(shares, ones, channels.size()));
  }

  /** Whole multiples by the nearest element: the sum over the copies. */
  static void resize(Site site) {
    site.requireOpset(11);
    requireBlocks(site);
    GraphBuilder graph = site.graph();
    long[] copies = copies(site);
    Attribute block = Attribute.ofInts(Arrays.copyOfRange(copies, 2, copies.length));
    String mean =
        graph.op(
            "AveragePool",
            "mean",
            Map.of("kernel_shape", block, "strides", block),
            List.of(site.full(site.gradient(), site.output(0))));
    double count = Arrays.stream(copies).reduce(1, Math::multiplyExact);
    site.accumulate(0, graph.mul(mean, site.scalar(count)));
  }

  /** Whether each element becomes a block of copies. */
  private static void requireBlocks(Site site) {
    String mode = site.node().stringAttribute("mode", "nearest");
    String place = site.node().stringAttribute("coordinate_transformation_mode", "half_pixel");
    String nearest = site.node().stringAttribute("nearest_mode", "round_prefer_floor");
    boolean blocks =
        switch (place) {
          case "asymmetric" -> nearest.equals("floor");
          case "half_pixel", "pytorch_half_pixel" -> nearest.startsWith("round_prefer_");
          default -> false;
        };
    if (!mode.equals("nearest") || !blocks || site.node().intsAttribute("axes") != null) {
      throw site.unsupported(
          "only resizing by the nearest element, without axes, is covered; it has mode "
              + mode
              + ", "
              + place
              + " and "
              + nearest);
    }
  }

  /** How often each element is repeated along each axis. */
  private static long[] copies(Site site) {
    List<Dimension> from = site.requireShape(site.input(0));
    double[] scales =
        site.constant(site.input(2))
            .filter(scale -> scale.size() > 0)
            .map(scale -> scale.toDoubles())
            .orElseGet(() -> ratios(site.requireShape(site.output(0)), from));
    boolean whole =
        Arrays.stream(scales).allMatch(scale -> scale >= 1 && scale == Math.rint(scale));
    if (!whole || from.size() < 3 || scales[0] != 1 || scales[1] != 1) {
      throw site.unsupported(
          "only resizing of the spatial axes by known whole multiples is covered; it resizes by "
              + Arrays.toString(scales));
    }
    return Arrays.stream(scales).mapToLong(Math::round).toArray();
  }

  /** An axis of unknown size counts as kept if both have the same name for it. */
  private static double[] ratios(List<Dimension> to, List<Dimension> from) {
    return IntStream.range(0, from.size())
        .mapToDouble(
            axis ->
                !from.get(axis).equals(Dimension.UNKNOWN) && from.get(axis).equals(to.get(axis))
                    ? 1
                    : from.get(axis).isKnown()
                        ? (double) to.get(axis).size() / from.get(axis).size()
                        : Double.NaN)
        .toArray();
  }

  /** Number of elements of the input, INT64 {@code [1]}. */
  private static String size(Site site) {
    GraphBuilder graph = site.graph();
    List<Dimension> shape = site.shape(site.input(0)).orElse(List.of(Dimension.UNKNOWN));
    return shape.stream().allMatch(Dimension::isKnown)
        ? graph.longs(shape.stream().mapToLong(Dimension::size).reduce(1, Math::multiplyExact))
        : graph.reshape(graph.op("Size", "size", site.input(0)), 1);
  }
}
