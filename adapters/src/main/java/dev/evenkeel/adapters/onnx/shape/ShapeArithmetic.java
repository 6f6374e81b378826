package dev.evenkeel.adapters.onnx.shape;

import static java.util.Map.entry;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.TensorAttribute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;

/** Follows the integers that a graph computes from shapes, in scalars and vectors. */
final class ShapeArithmetic {
  static final Map<String, Fold> TABLE =
      new TreeMap<>(
          Map.ofEntries(
              entry("Add", site -> arithmetic(site, Long::sum)),
              entry("Cast", ShapeArithmetic::cast),
              entry("Concat", ShapeArithmetic::concat),
              entry("Constant", ShapeArithmetic::constant),
              entry("ConstantOfShape", ShapeArithmetic::constantOfShape),
              entry("Div", site -> arithmetic(site, ShapeArithmetic::divide)),
              entry("Equal", site -> pairwise(site, ShapeArithmetic::equal)),
              entry("Gather", ShapeArithmetic::gather),
              entry("Identity", site -> site.amounts(0)),
              entry("Mul", site -> arithmetic(site, Math::multiplyExact)),
              entry("Range", ShapeArithmetic::range),
              entry("Shape", ShapeArithmetic::shape),
              entry("Size", ShapeArithmetic::size),
              entry("Slice", ShapeArithmetic::slice),
              entry("Squeeze", site -> site.amounts(0)),
              entry("Sub", site -> arithmetic(site, Math::subtractExact)),
              entry("Unsqueeze", site -> site.amounts(0)),
              entry("Where", ShapeArithmetic::where)));

  private ShapeArithmetic() {}

  /** Finds the elements of the first output, or throws {@link Unknown}. */
  interface Fold {
    List<Amount> of(Site site);
  }

  private static List<Amount> arithmetic(Site site, LongBinaryOperator operator) {
    if (site.type(0).isFloat()) {
      throw new Unknown();
    }
    return pairwise(site, (a, b) -> a.combine(b, operator));
  }

  private static List<Amount> pairwise(Site site, BinaryOperator<Amount> operator) {
    if (Math.max(site.rank(0), site.rank(1)) > 1) {
      throw new Unknown();
    }
    List<Amount> left = site.amounts(0);
    List<Amount> right = site.amounts(1);
    return IntStream.range(0, commonSize(left, right))
        .mapToObj(i -> operator.apply(at(left, i), at(right, i)))
        .toList();
  }

  private static long divide(long dividend, long divisor) {
    if (divisor == 0) {
      throw new Unknown();
    }
    return dividend / divisor;
  }

  /** A size is never negative, so it differs from -1 whatever it is. */
  private static Amount equal(Amount left, Amount right) {
    if (left.known() && right.known()) {
      return Amount.of(left.value() == right.value() ? 1 : 0);
    }
    boolean differ = (isNegative(left) && isSize(right)) || (isNegative(right) && isSize(left));
    return differ ? Amount.of(0) : Amount.UNKNOWN;
  }

  private static List<Amount> where(Site site) {
    List<Amount> condition = site.amounts(0);
    List<Amount> yes = site.amounts(1);
    List<Amount> no = site.amounts(2);
    int size = Math.max(condition.size(), commonSize(yes, no));
    return IntStream.range(0, size)
        .mapToObj(
            i -> {
              Amount chosen = at(condition, i);
              if (!chosen.known()) {
                return Amount.UNKNOWN;
              }
              return at(chosen.value() != 0 ? yes : no, i);
            })
        .toList();
  }

  /** Casts between integers; what is cast to a floating point type is no longer a size. */
  private static List<Amount> cast(Site site) {
    if (GeneratorShapes.castType(site, 0).isFloat()) {
      throw new Unknown();
    }
    return site.amounts(0);
  }

  private static List<Amount> concat(Site site) {
    List<Amount> elements = new ArrayList<>();
    for (int i = 0; i < site.node().inputs().size(); i++) {
      requireVector(site, i);
      elements.addAll(site.amounts(i));
    }
    return elements;
  }

  private static List<Amount> constant(Site site) {
    Attribute value = site.node().attributes().get("value");
    if (value instanceof TensorAttribute tensor && !tensor.value().type().isFloat()) {
      return amounts(tensor.value().toLongs());
    }
    if (site.node().attributes().containsKey("value_ints")) {
      return amounts(site.node().intsAttribute("value_ints"));
    }
    if (site.node().attributes().containsKey("value_int")) {
      return amounts(site.node().intAttribute("value_int", 0));
    }
    throw new Unknown();
  }

  private static List<Amount> constantOfShape(Site site) {
    long[] shape = site.longs(0);
    Attribute value = site.node().attributes().get("value");
    if (shape.length > 1
        || (shape.length == 1 && shape[0] > Facts.MAX_AMOUNTS)
        || !(value instanceof TensorAttribute tensor)
        || tensor.value().type().isFloat()) {
      throw new Unknown();
    }
    long[] elements = new long[shape.length == 0 ? 1 : (int) shape[0]];
    Arrays.fill(elements, tensor.value().toLongs()[0]);
    return amounts(elements);
  }

  private static List<Amount> gather(Site site) {
    requireVector(site, 0);
    List<Amount> elements = site.amounts(0);
    return Arrays.stream(site.longs(1))
        .mapToObj(index -> elements.get(Site.axis(index, elements.size())))
        .toList();
  }

  private static List<Amount> range(Site site) {
    long start = site.longs(0)[0];
    long limit = site.longs(1)[0];
    long delta = site.longs(2)[0];
    long size = GeneratorShapes.rangeSize(start, limit, delta);
    if (size > Facts.MAX_AMOUNTS) {
      throw new Unknown();
    }
    return IntStream.range(0, (int) size).mapToObj(i -> Amount.of(start + i * delta)).toList();
  }

  static List<Amount> shape(Site site) {
    int rank = site.rank(0);
    int start = LayoutShapes.clamp(site.node().intAttribute("start", 0), rank, 0, rank);
    int end = LayoutShapes.clamp(site.node().intAttribute("end", rank), rank, 0, rank);
    return site.shape(0).subList(start, Math.max(start, end)).stream().map(Amount::of).toList();
  }

  private static List<Amount> size(Site site) {
    return List.of(Amount.of(LayoutShapes.product(site.shape(0))));
  }

  private static List<Amount> slice(Site site) {
    requireVector(site, 0);
    List<Amount> elements = site.amounts(0);
    long start = site.longs("starts", 1)[0];
    long end = site.longs("ends", 2)[0];
    long[] steps = site.has(4) ? site.longs(4) : new long[] {1};
    if (steps[0] != 1) {
      throw new Unknown();
    }
    int from = LayoutShapes.clamp(start, elements.size(), 0, elements.size());
    int to = LayoutShapes.clamp(end, elements.size(), 0, elements.size());
    return elements.subList(from, Math.max(from, to));
  }

  private static void requireVector(Site site, int input) {
    if (site.rank(input) != 1) {
      throw new Unknown();
    }
  }

  private static int commonSize(List<Amount> left, List<Amount> right) {
    return Math.max(left.size(), right.size());
  }

  /** Broadcast along the only axis. */
  private static Amount at(List<Amount> elements, int i) {
    return elements.get(elements.size() == 1 ? 0 : i);
  }

  private static boolean isNegative(Amount amount) {
    return amount.known() && amount.value() < 0;
  }

  private static boolean isSize(Amount amount) {
    return !amount.known() && !amount.symbol().isEmpty();
  }

  private static List<Amount> amounts(long... values) {
    return Arrays.stream(values).mapToObj(Amount::of).toList();
  }
}
