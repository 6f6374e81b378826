package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.rewrite.GraphBuilder;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Brings gradients to the shapes of other values. Sizes that are not known become nodes that
 * compute them; an axis of unknown size that meets another one is taken to be as long.
 */
final class Broadcasting {
  /** From this rank on pooling over positions keeps ONNX Runtime's blocked layout. */
  private static final int POOLED_RANK = 4;

  private final GraphBuilder graph;
  private final Knowledge knowledge;
  private final Map<String, String> shapes = new HashMap<>();

  Broadcasting(GraphBuilder graph, Knowledge knowledge) {
    this.graph = graph;
    this.knowledge = knowledge;
  }

  /** The gradient repeated to the shape of a value. */
  String full(String gradient, String like) {
    return knowledge.sameShape(gradient, like)
        ? gradient
        : graph.op("Expand", "expanded", gradient, shape(like));
  }

  /** Shape of a value, INT64 {@code [rank]}: a constant if it is known. */
  String shape(String value) {
    return shapes.computeIfAbsent(
        value,
        name -> {
          List<Dimension> known = knowledge.shape(name).orElse(List.of(Dimension.UNKNOWN));
          return known.stream().allMatch(Dimension::isKnown)
              ? graph.longs(known.stream().mapToLong(Dimension::size).toArray())
              : graph.op("Shape", "shape", name);
        });
  }

  /** A floating point scalar of the given type. */
  String scalar(double value, ElementType type) {
    return constant(Shape.scalar(), value, type);
  }

  private String constant(Shape shape, double value, ElementType type) {
    return graph.constant(
        type == ElementType.FLOAT64
            ? Tensor.ofDoubles(shape, value)
            : Tensor.ofFloats(shape, (float) value));
  }

  /** Number of elements along axes of a value, a floating point scalar; a constant if known. */
  String count(String value, List<Integer> axes) {
    ElementType type = knowledge.type(value);
    OptionalDouble known = knownCount(value, axes);
    if (known.isPresent()) {
      return scalar(known.getAsDouble(), type);
    }
    String places = graph.longs(axes.stream().mapToLong(Integer::longValue).toArray());
    String sizes = graph.op("Gather", "sizes", shape(value), places);
    return graph.reduce("ReduceProd", graph.cast(sizes, type), false, 0);
  }

  private OptionalDouble knownCount(String value, List<Integer> axes) {
    List<Dimension> shape = shapeOf(value);
    return axes.stream().allMatch(axis -> shape.get(axis).isKnown())
        ? OptionalDouble.of(
            axes.stream().mapToDouble(axis -> shape.get(axis).size()).reduce(1, (a, b) -> a * b))
        : OptionalDouble.empty();
  }

  private String multiplyByCount(String gradient, String value, List<Integer> axes) {
    OptionalDouble known = knownCount(value, axes);
    return known.isPresent()
        ? scaled(gradient, known.getAsDouble())
        : graph.mul(gradient, count(value, axes));
  }

  /** The gradient divided by the number of elements along axes of a value. */
  String divideByCount(String gradient, String value, List<Integer> axes) {
    OptionalDouble known = knownCount(value, axes);
    if (known.isEmpty()) {
      return graph.div(gradient, count(value, axes));
    }
    double count = known.getAsDouble();
    return count == 1 ? gradient : scaled(gradient, 1 / count);
  }

  /**
   * A gradient times a number, which gets the gradient's rank: ONNX Runtime multiplies {@code
   * [batch, channels, 1, 1]} by a scalar one element at a time, which takes ten times as long.
   */
  String scaled(String gradient, double factor) {
    int rank = knowledge.shape(gradient).map(List::size).orElse(0);
    long[] ones = new long[rank];
    Arrays.fill(ones, 1);
    return graph.mul(gradient, constant(Shape.of(ones), factor, knowledge.type(gradient)));
  }

  /**
   * Sums the gradient of a broadcast operator's output down to the shape of one of its inputs.
   *
   * @param gradient has the shape of the output or one that broadcasts to it
   */
  String sumTo(String input, String gradient, String output) {
    return sumTo(shapeOf(input), gradient, output);
  }

  /**
   * The same for a given shape, which broadcasts to that of the output; only where it has 1 does
   * the size matter.
   */
  String sumTo(List<Dimension> to, String gradient, String output) {
    List<Dimension> from = shapeOf(output);
    List<Dimension> given = knowledge.shape(gradient).orElse(from);
    int missing = from.size() - given.size();
    int leading = from.size() - to.size();
    List<Integer> summed = new ArrayList<>();
    List<Integer> repeated = new ArrayList<>();
    for (int axis = 0; axis < from.size(); axis++) {
      boolean shrinks = !isOne(from.get(axis)) && (axis < leading || isOne(to.get(axis - leading)));
      if (shrinks) {
        boolean spread = axis < missing || isOne(given.get(axis - missing));
        (spread ? repeated : summed).add(axis);
      }
    }
    String sum = gradient;
    List<Integer> positions = IntStream.range(2, from.size()).boxed().toList();
    if (given.size() >= POOLED_RANK && missing == 0 && summed.containsAll(positions)) {
      sum = graph.op("GlobalAveragePool", "mean", sum);
      summed.removeAll(positions);
      repeated.addAll(positions);
    }
    if (!summed.isEmpty()) {
      sum = graph.sum(sum, summed.stream().mapToInt(axis -> axis - missing).toArray());
    }
    if (!repeated.isEmpty()) {
      sum = multiplyByCount(sum, output, repeated);
    }
    int surplus = given.size() - to.size();
    return surplus > 0 ? graph.squeeze(sum, IntStream.range(0, surplus).toArray()) : sum;
  }

  /** The shape of a value that must have one. */
  List<Dimension> shapeOf(String value) {
    return knowledge
        .shape(value)
        .orElseThrow(() -> new UnsupportedCase("the shape of '" + value + "' is not known"));
  }

  /** Adds gradients of one value, the ones that repeat over more axes first. */
  String sum(List<String> gradients) {
    List<String> smallFirst =
        gradients.stream().sorted((a, b) -> Long.compare(extent(a), extent(b))).toList();
    return smallFirst.stream().reduce(graph::add).orElseThrow();
  }

  /** How many axes have more than one element; what is unknown counts as large. */
  private long extent(String gradient) {
    return knowledge
        .shape(gradient)
        .map(shape -> shape.stream().filter(axis -> !isOne(axis)).count())
        .orElse(Long.MAX_VALUE);
  }

  private static boolean isOne(Dimension dimension) {
    return dimension.size() == 1;
  }
}
