package dev.evenkeel.adapters.onnx.shape;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What has been found out so far about the values of a graph; unknown is null. */
final class Facts {
  /** Bigger integer tensors are data, not shapes. */
  static final int MAX_AMOUNTS = 64;

  private final Map<String, ElementType> types = new LinkedHashMap<>();
  private final Map<String, List<Dimension>> shapes = new HashMap<>();
  private final Map<String, List<Amount>> amounts = new HashMap<>();

  ElementType type(String value) {
    return types.get(value);
  }

  List<Dimension> shape(String value) {
    return shapes.get(value);
  }

  List<Amount> amounts(String value) {
    return amounts.get(value);
  }

  void addType(String value, ElementType type) {
    types.put(value, type);
  }

  void addShape(String value, List<Dimension> shape) {
    shapes.put(value, List.copyOf(shape));
  }

  void addAmounts(String value, List<Amount> elements) {
    if (elements.size() <= MAX_AMOUNTS) {
      amounts.put(value, List.copyOf(elements));
    }
  }

  /** Learns whatever the declaration knows beyond what is known already. */
  void addDeclared(Value declared) {
    types.putIfAbsent(declared.name(), declared.type());
    declared.shape().ifPresent(shape -> shapes.merge(declared.name(), shape, Facts::refine));
  }

  void addConstant(String value, Tensor constant) {
    types.put(value, constant.type());
    shapes.put(value, dimensions(constant));
    if (!constant.type().isFloat() && constant.shape().size() <= MAX_AMOUNTS) {
      addAmounts(value, Arrays.stream(constant.toLongs()).mapToObj(Amount::of).toList());
    }
  }

  /** All values of which at least the element type is known, in the order of the graph. */
  Map<String, Value> toValues() {
    Map<String, Value> values = new LinkedHashMap<>();
    types.forEach(
        (name, type) ->
            values.put(name, new Value(name, type, Optional.ofNullable(shapes.get(name)))));
    return values;
  }

  static List<Dimension> dimensions(Tensor constant) {
    return Arrays.stream(constant.shape().dimensions()).mapToObj(Dimension::of).toList();
  }

  private static List<Dimension> refine(List<Dimension> known, List<Dimension> declared) {
    if (known.size() != declared.size()) {
      return known;
    }
    Dimension[] refined = known.toArray(new Dimension[0]);
    for (int i = 0; i < refined.length; i++) {
      if (refined[i].equals(Dimension.UNKNOWN)) {
        refined[i] = declared.get(i);
      }
    }
    return List.of(refined);
  }
}
