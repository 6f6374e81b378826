package dev.evenkeel.adapters.onnx.graph;

import dev.evenkeel.adapters.tensor.Tensor;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A computation: nodes in an order in which every value is written before it is read, each value
 * written once. Immutable; rewriting makes a new graph.
 *
 * @param name name of the graph
 * @param inputs fed values, those with an initializer as default not among them
 * @param outputs results in order
 * @param nodes in topological order
 * @param initializers constants by value name
 * @param values declared types and shapes of intermediate values by name; may be empty
 */
public record Graph(
    String name,
    List<Value> inputs,
    List<Value> outputs,
    List<Node> nodes,
    Map<String, Tensor> initializers,
    Map<String, Value> values) {
  public Graph {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    nodes = List.copyOf(nodes);
    initializers = Collections.unmodifiableMap(new LinkedHashMap<>(initializers));
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    Set<String> written = new HashSet<>();
    inputs.forEach(input -> define(written, input.name(), "graph input"));
    initializers.keySet().forEach(constant -> define(written, constant, "initializer"));
    for (Node node : nodes) {
      for (String input : node.reads()) {
        if (!written.contains(input)) {
          throw new IllegalArgumentException(
              "Value '" + input + "' is read by " + node.label() + " but not written before it");
        }
      }
      for (String output : node.outputs()) {
        if (!output.isEmpty()) {
          define(written, output, node.label());
        }
      }
    }
    for (Value output : outputs) {
      if (!written.contains(output.name())) {
        throw new IllegalArgumentException(
            "Graph output '" + output.name() + "' is written by no node");
      }
    }
  }

  private static void define(Set<String> written, String value, String writer) {
    if (!written.add(value)) {
      throw new IllegalArgumentException(
          "Value '" + value + "' is written twice, the second time by " + writer);
    }
  }

  /** The input of that name, or null. */
  public Value input(String input) {
    return inputs.stream().filter(value -> value.name().equals(input)).findFirst().orElse(null);
  }

  /** The output of that name, or null. */
  public Value output(String output) {
    return outputs.stream().filter(value -> value.name().equals(output)).findFirst().orElse(null);
  }
}
