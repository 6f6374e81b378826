package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a program for one stream whose state never changes: state inputs become constants, the
 * inputs of the stream axis are computed from the number of samples, and the next state is dropped.
 * What remains takes samples and nothing else.
 */
public final class FreezeState {
  private FreezeState() {}

  /**
   * Freezes a program.
   *
   * @param samples name of the input that takes samples
   * @param outputs results that stay
   * @param state values of the state inputs, with the stream axis
   * @throws IllegalArgumentException if the program has an input that is none of these
   */
  public static Model apply(
      Model program, String samples, List<Value> outputs, Map<String, Tensor> state) {
    Graph graph = program.graph();
    Map<String, Tensor> constants = new LinkedHashMap<>(graph.initializers());
    List<Value> inputs = new ArrayList<>();
    List<Node> nodes = new ArrayList<>();
    String first = "frozen.first-axis";
    constants.put(first, Tensor.ofLongs(Shape.of(1), 0));
    nodes.add(node("Shape", List.of(samples), "frozen.shape", Map.of()));
    nodes.add(node("Gather", List.of("frozen.shape", first), "frozen.samples", Map.of()));
    for (Value input : graph.inputs()) {
      switch (input.name()) {
        case StreamAxis.INDEX ->
            nodes.add(
                node(
                    "ConstantOfShape",
                    List.of("frozen.samples"),
                    StreamAxis.INDEX,
                    Map.of(
                        "value", new Attribute.TensorAttribute(Tensor.ofLongs(Shape.of(1), 0)))));
        case StreamAxis.COUNT, StreamAxis.MOMENTUM_COUNT ->
            nodes.add(
                node(
                    "Cast",
                    List.of("frozen.samples"),
                    input.name(),
                    Map.of("to", Attribute.of((long) input.type().onnxNumber()))));
        default -> {
          if (state.containsKey(input.name())) {
            constants.put(input.name(), state.get(input.name()));
          } else if (input.name().equals(samples)) {
            inputs.add(input);
          } else {
            throw new IllegalArgumentException(
                "The program has an input '" + input.name() + "' that no state is known for");
          }
        }
      }
    }
    nodes.addAll(graph.nodes());
    return program.withGraph(
        PruneUnused.prune(
            new Graph(graph.name(), inputs, outputs, nodes, constants, graph.values())));
  }

  private static Node node(
      String opType, List<String> operands, String output, Map<String, Attribute> attributes) {
    return Node.of(opType, operands, List.of(output), attributes);
  }
}
