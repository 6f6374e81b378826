package dev.evenkeel.adapters.onnx.interpreter;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.FloatAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.FloatsAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.IntAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.IntsAttribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.TensorAttribute;
import dev.evenkeel.adapters.tensor.ElementType;
import java.util.Arrays;

/** Operators that make values from attributes, shapes or numbers. */
final class Generators {
  private Generators() {}

  static Array constant(Call call) {
    for (Attribute value : call.node().attributes().values()) {
      if (value instanceof TensorAttribute tensor) {
        return Array.of(tensor.value());
      } else if (value instanceof IntAttribute one) {
        return Array.of(ElementType.INT64, new int[0], new double[] {(double) one.value()});
      } else if (value instanceof FloatAttribute one) {
        return Array.of(ElementType.FLOAT64, new int[0], new double[] {one.value()});
      } else if (value instanceof IntsAttribute many) {
        return vector(
            ElementType.INT64, many.values().stream().mapToDouble(Long::doubleValue).toArray());
      } else if (value instanceof FloatsAttribute many) {
        return vector(
            ElementType.FLOAT64, many.values().stream().mapToDouble(Float::doubleValue).toArray());
      }
    }
    throw new IllegalArgumentException("It has no value of a supported kind");
  }

  static Array constantOfShape(Call call) {
    Array value =
        call.node().attributes().get("value") instanceof TensorAttribute given
            ? Array.of(given.value())
            : Array.of(ElementType.FLOAT64, new int[0], new double[1]);
    return Array.build(value.type(), call.input(0).toInts(), at -> value.value(0));
  }

  static Array range(Call call) {
    double start = call.input(0).value(0);
    double delta = call.input(2).value(0);
    int size = Math.max(0, (int) Math.ceil((call.input(1).value(0) - start) / delta));
    return Array.build(call.input(0).type(), new int[] {size}, at -> start + at[0] * delta);
  }

  static Array shape(Call call) {
    int[] shape = call.input(0).shape();
    int start = bound(call.integer("start", 0), shape.length);
    int end = Math.max(start, bound(call.integer("end", shape.length), shape.length));
    int[] part = Arrays.copyOfRange(shape, start, end);
    return vector(ElementType.INT64, Arrays.stream(part).asDoubleStream().toArray());
  }

  static Array size(Call call) {
    return Array.of(ElementType.INT64, new int[0], new double[] {call.input(0).size()});
  }

  private static Array vector(ElementType type, double... values) {
    return Array.of(type, new int[] {values.length}, values);
  }

  private static int bound(long index, int rank) {
    return (int) Math.max(0, Math.min(rank, index < 0 ? index + rank : index));
  }
}
