package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Finds values known before a graph runs, also behind Identity and Constant nodes. */
public final class Constants {
  private final Map<String, Tensor> initializers;
  private final Map<String, Node> writers = new HashMap<>();

  public Constants(Graph graph) {
    initializers = graph.initializers();
    for (Node node : graph.nodes()) {
      node.outputs().forEach(output -> writers.put(output, node));
    }
  }

  /** The constant a value holds, or empty if it depends on an input. */
  public Optional<Tensor> find(String value) {
    String name = value;
    while (true) {
      Tensor initializer = initializers.get(name);
      if (initializer != null) {
        return Optional.of(initializer);
      }
      Node writer = writers.get(name);
      if (writer != null && writer.is("Identity")) {
        name = writer.input(0);
      } else if (writer != null
          && writer.is("Constant")
          && writer.attributes().get("value") instanceof Attribute.TensorAttribute constant) {
        return Optional.of(constant.value());
      } else {
        return Optional.empty();
      }
    }
  }

  /** The node that writes a value, or null for inputs and initializers. */
  public Node writer(String value) {
    return writers.get(value);
  }
}
