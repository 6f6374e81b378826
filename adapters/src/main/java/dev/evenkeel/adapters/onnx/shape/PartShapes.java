package dev.evenkeel.adapters.onnx.shape;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import java.util.ArrayList;
import java.util.List;

/** Operators that put parts together or take them out. */
final class PartShapes {
  private PartShapes() {}

  static List<Dimension> concat(Site site, int output) {
    List<Dimension> shape = new ArrayList<>(site.shape(0));
    int axis = site.axis("axis", 0, shape.size());
    for (int i = 1; i < site.node().inputs().size(); i++) {
      Dimension sum = shape.get(axis);
      Dimension part = site.shape(i).get(axis);
      shape.set(
          axis,
          sum.isKnown() && part.isKnown()
              ? Dimension.of(sum.size() + part.size())
              : Dimension.UNKNOWN);
    }
    return shape;
  }

  static List<Dimension> split(Site site, int output) {
    List<Dimension> shape = new ArrayList<>(site.shape(0));
    int axis = site.axis("axis", 0, shape.size());
    shape.set(axis, splitSize(site, shape.get(axis), output));
    return shape;
  }

  /** Equal parts unless sizes are given, the last one smaller if need be. */
  private static Dimension splitSize(Site site, Dimension whole, int output) {
    if (site.has(1) || site.node().intsAttribute("split") != null) {
      return Dimension.of(site.longs("split", 1)[output]);
    }
    if (!whole.isKnown()) {
      return Dimension.UNKNOWN;
    }
    long parts = site.node().intAttribute("num_outputs", site.node().outputs().size());
    long part = (whole.size() + parts - 1) / parts;
    return Dimension.of(Math.max(0, Math.min(part, whole.size() - output * part)));
  }

  static List<Dimension> slice(Site site, int output) {
    List<Dimension> shape = new ArrayList<>(site.shape(0));
    long[] starts = site.longs("starts", 1);
    long[] ends = site.longs("ends", 2);
    long[] axes = site.longs("axes", 3);
    long[] steps = site.has(4) ? site.longs(4) : null;
    for (int i = 0; i < starts.length; i++) {
      int axis = axes == null ? i : Site.axis(axes[i], shape.size());
      long step = steps == null ? 1 : steps[i];
      shape.set(axis, slice(shape.get(axis), starts[i], ends[i], step));
    }
    return shape;
  }

  private static Dimension slice(Dimension dimension, long start, long end, long step) {
    if (!dimension.isKnown()) {
      boolean whole = start == 0 && end >= Integer.MAX_VALUE && step == 1;
      return whole ? dimension : Dimension.UNKNOWN;
    }
    int size = Math.toIntExact(dimension.size());
    int from = LayoutShapes.clamp(start, size, 0, step > 0 ? size : size - 1);
    int to = LayoutShapes.clamp(end, size, step > 0 ? 0 : -1, size);
    return Dimension.of(GeneratorShapes.rangeSize(from, to, step));
  }

  static List<Dimension> gather(Site site, int output) {
    List<Dimension> data = site.shape(0);
    int axis = site.axis("axis", 0, data.size());
    List<Dimension> shape = new ArrayList<>(data.subList(0, axis));
    shape.addAll(site.shape(1));
    shape.addAll(data.subList(axis + 1, data.size()));
    return shape;
  }

  static List<Dimension> likeSecondInput(Site site, int output) {
    return site.shape(1);
  }
}
