package dev.evenkeel.adapters.onnx.graph;

import dev.evenkeel.adapters.tensor.ElementType;
import java.util.List;
import java.util.Optional;

/**
 * A named tensor of a graph: its name, element type and, where the rank is known, its shape.
 *
 * @param name not empty
 * @param type element type
 * @param shape dimensions outermost first; empty if not even the rank is known
 */
public record Value(String name, ElementType type, Optional<List<Dimension>> shape) {
  public Value {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("A value needs a name");
    }
    shape = shape.map(List::copyOf);
  }

  public static Value of(String name, ElementType type, Dimension... shape) {
    return new Value(name, type, Optional.of(List.of(shape)));
  }
}
