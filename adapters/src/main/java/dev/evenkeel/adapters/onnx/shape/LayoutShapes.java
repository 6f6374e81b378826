package dev.evenkeel.adapters.onnx.shape;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Operators that keep the elements and change how they are laid out. */
final class LayoutShapes {
  private LayoutShapes() {}

  static List<Dimension> flatten(Site site, int output) {
    List<Dimension> input = site.shape(0);
    int axis = clamp(site.node().intAttribute("axis", 1), input.size(), 0, input.size());
    return List.of(product(input.subList(0, axis)), product(input.subList(axis, input.size())));
  }

  /** A 0 copies the axis of the input (unless allowzero), one -1 takes what is left. */
  static List<Dimension> reshape(Site site, int output) {
    List<Amount> target = site.amounts(1);
    boolean zeroCopies = site.node().intAttribute("allowzero", 0) == 0;
    List<Dimension> shape = new ArrayList<>();
    int rest = -1;
    for (int i = 0; i < target.size(); i++) {
      Amount amount = target.get(i);
      if (amount.known() && amount.value() == 0 && zeroCopies) {
        shape.add(site.shape(0).get(i));
      } else {
        rest = amount.known() && amount.value() == -1 ? i : rest;
        shape.add(amount.toDimension());
      }
    }
    if (rest >= 0) {
      shape.set(rest, rest(site, shape, rest));
    }
    return shape;
  }

  static List<Dimension> transpose(Site site, int output) {
    List<Dimension> input = site.shape(0);
    long[] permutation = site.node().intsAttribute("perm");
    return IntStream.range(0, input.size())
        .map(i -> permutation == null ? input.size() - 1 - i : (int) permutation[i])
        .mapToObj(input::get)
        .toList();
  }

  static List<Dimension> squeeze(Site site, int output) {
    List<Dimension> input = site.shape(0);
    long[] axes = site.longs("axes", 1);
    if (axes == null && !input.stream().allMatch(Dimension::isKnown)) {
      throw new Unknown();
    }
    Set<Integer> dropped = axes == null ? Set.of() : axes(axes, input.size());
    return IntStream.range(0, input.size())
        .filter(i -> axes == null ? input.get(i).size() != 1 : !dropped.contains(i))
        .mapToObj(input::get)
        .toList();
  }

  static List<Dimension> unsqueeze(Site site, int output) {
    long[] axes = site.longs("axes", 1);
    List<Dimension> shape = new ArrayList<>(site.shape(0));
    axes(axes, shape.size() + axes.length).forEach(axis -> shape.add(axis, Dimension.of(1)));
    return shape;
  }

  static List<Dimension> expand(Site site, int output) {
    return ElementwiseShapes.broadcast(site.shape(0), GeneratorShapes.dimensions(site.amounts(1)));
  }

  static List<Dimension> tile(Site site, int output) {
    List<Dimension> input = site.shape(0);
    List<Amount> repeats = site.amounts(1);
    return IntStream.range(0, input.size())
        .mapToObj(i -> product(List.of(input.get(i), repeats.get(i).toDimension())))
        .toList();
  }

  static List<Dimension> pad(Site site, int output) {
    List<Dimension> input = site.shape(0);
    long[] pads = site.longs("pads", 1);
    long[] axes =
        site.has(3) ? site.longs(3) : IntStream.range(0, input.size()).asLongStream().toArray();
    List<Dimension> shape = new ArrayList<>(input);
    for (int i = 0; i < axes.length; i++) {
      int axis = Site.axis(axes[i], input.size());
      shape.set(axis, add(input.get(axis), pads[i] + pads[i + axes.length]));
    }
    return shape;
  }

  /** Depth into blocks of space, or back. */
  static List<Dimension> depthToSpace(Site site, int output) {
    long block = site.node().intAttribute("blocksize", 1);
    return List.of(
        site.shape(0).get(0),
        Dimension.of(site.size(0, 1) / (block * block)),
        product(List.of(site.shape(0).get(2), Dimension.of(block))),
        product(List.of(site.shape(0).get(3), Dimension.of(block))));
  }

  static List<Dimension> resize(Site site, int output) {
    List<Dimension> input = site.shape(0);
    if (site.has(3) && site.node().intsAttribute("axes") == null) {
      return GeneratorShapes.dimensions(site.amounts(3));
    }
    List<Dimension> shape = new ArrayList<>(input.subList(0, 2));
    shape.addAll(input.subList(2, input.size()).stream().map(axis -> Dimension.UNKNOWN).toList());
    return shape;
  }

  /** The size of a product of axes: known, the one name in it, or unknown. */
  static Dimension product(List<Dimension> dimensions) {
    long known = 1;
    List<Dimension> unknown = new ArrayList<>();
    for (Dimension dimension : dimensions) {
      if (dimension.isKnown()) {
        known = Math.multiplyExact(known, dimension.size());
      } else {
        unknown.add(dimension);
      }
    }
    if (unknown.isEmpty() || known == 0) {
      return Dimension.of(known);
    }
    return known == 1 && unknown.size() == 1 ? unknown.get(0) : Dimension.UNKNOWN;
  }

  /** An index that may count from the end, moved into a range. */
  static int clamp(long index, int size, int least, int most) {
    long positive = index < 0 ? index + size : index;
    return (int) Math.max(least, Math.min(most, positive));
  }

  /** The size of the input divided by all other axes; axes of unknown size cancel by name. */
  private static Dimension rest(Site site, List<Dimension> shape, int rest) {
    List<Dimension> divisor = new ArrayList<>(shape);
    divisor.remove(rest);
    List<Dimension> dividend = new ArrayList<>(site.shape(0));
    divisor.removeIf(axis -> !axis.equals(Dimension.UNKNOWN) && dividend.remove(axis));
    long known = knownProduct(dividend);
    long divided = knownProduct(divisor);
    if (divided == 0 || known % divided != 0 || !divisor.stream().allMatch(Dimension::isKnown)) {
      return Dimension.UNKNOWN;
    }
    dividend.removeIf(Dimension::isKnown);
    dividend.add(Dimension.of(known / divided));
    return product(dividend);
  }

  private static long knownProduct(List<Dimension> dimensions) {
    return dimensions.stream()
        .filter(Dimension::isKnown)
        .mapToLong(Dimension::size)
        .reduce(1, Math::multiplyExact);
  }

  private static Dimension add(Dimension dimension, long amount) {
    if (amount == 0) {
      return dimension;
    }
    return dimension.isKnown() ? Dimension.of(dimension.size() + amount) : Dimension.UNKNOWN;
  }

  private static Set<Integer> axes(long[] axes, int rank) {
    Set<Integer> sorted = new TreeSet<>();
    Arrays.stream(axes).forEach(axis -> sorted.add(Site.axis(axis, rank)));
    return sorted;
  }
}
