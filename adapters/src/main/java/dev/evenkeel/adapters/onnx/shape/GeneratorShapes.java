package dev.evenkeel.adapters.onnx.shape;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.FloatAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.FloatsAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.IntAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.IntsAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.TensorAttribute;
import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.tensor.ElementType;
import java.util.ArrayList;
import java.util.List;

/** Operators that make values from attributes, shapes or numbers. */
final class GeneratorShapes {
  private GeneratorShapes() {}

  static List<Dimension> constant(Site site, int output) {
    for (Attribute value : site.node().attributes().values()) {
      if (value instanceof TensorAttribute tensor) {
        return Facts.dimensions(tensor.value());
      } else if (value instanceof IntAttribute || value instanceof FloatAttribute) {
        return List.of();
      } else if (value instanceof IntsAttribute ints) {
        return List.of(Dimension.of(ints.values().size()));
      } else if (value instanceof FloatsAttribute floats) {
        return List.of(Dimension.of(floats.values().size()));
      }
    }
    throw new Unknown();
  }

  static ElementType constantType(Site site, int output) {
    for (Attribute value : site.node().attributes().values()) {
      if (value instanceof TensorAttribute tensor) {
        return tensor.value().type();
      } else if (value instanceof IntAttribute || value instanceof IntsAttribute) {
        return ElementType.INT64;
      } else if (value instanceof FloatAttribute || value instanceof FloatsAttribute) {
        return ElementType.FLOAT32;
      }
    }
    throw new Unknown();
  }

  static List<Dimension> constantOfShape(Site site, int output) {
    return dimensions(site.amounts(0));
  }

  static ElementType constantOfShapeType(Site site, int output) {
    return site.node().attributes().get("value") instanceof TensorAttribute value
        ? value.value().type()
        : ElementType.FLOAT32;
  }

  static ElementType castType(Site site, int output) {
    return ElementType.ofOnnxNumber(site.node().intAttribute("to", 0)).orElseThrow(Unknown::new);
  }

  static List<Dimension> range(Site site, int output) {
    if (site.type(0).isFloat()) {
      return List.of(Dimension.UNKNOWN);
    }
    try {
      return List.of(Dimension.of(rangeSize(site.longs(0)[0], site.longs(1)[0], site.longs(2)[0])));
    } catch (Unknown e) {
      return List.of(Dimension.UNKNOWN);
    }
  }

  static long rangeSize(long start, long limit, long delta) {
    long span = Math.subtractExact(limit, start);
    return Math.max(0, span / delta + (span % delta == 0 ? 0 : 1));
  }

  static List<Dimension> shape(Site site, int output) {
    return List.of(Dimension.of(ShapeArithmetic.shape(site).size()));
  }

  static List<Dimension> scalar(Site site, int output) {
    return List.of();
  }

  static List<Dimension> oneHot(Site site, int output) {
    List<Dimension> shape = new ArrayList<>(site.shape(0));
    int axis = site.axis("axis", -1, shape.size() + 1);
    shape.add(axis, depth(site));
    return shape;
  }

  private static Dimension depth(Site site) {
    try {
      return site.amounts(1).get(0).toDimension();
    } catch (Unknown e) {
      return Dimension.UNKNOWN;
    }
  }

  static List<Dimension> dimensions(List<Amount> amounts) {
    return amounts.stream().map(Amount::toDimension).toList();
  }
}
