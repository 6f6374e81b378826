package dev.evenkeel.store;

import java.util.List;
import java.util.Objects;

/**
 * An input of a model.
 *
 * @param name name in the graph
 * @param dtype element type in lower case, for instance float32
 * @param shape sizes with the batch axis first, -1 where any size fits
 */
public record TensorDescription(String name, String dtype, List<Long> shape) {
  public TensorDescription {
    Objects.requireNonNull(name, "input.name");
    Objects.requireNonNull(dtype, "input.dtype");
    shape = List.copyOf(shape);
  }
}
