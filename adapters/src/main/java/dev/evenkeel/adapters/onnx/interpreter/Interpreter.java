package dev.evenkeel.adapters.onnx.interpreter;

import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Evaluates a model slowly and obviously, in double precision: the yardstick for everything that
 * computes the same faster.
 *
 * <p>Operators follow the ONNX operator specification. Constants and inputs keep the precision that
 * they come with; no result is rounded to 32 bits. Integers are exact up to 2^53 and do not wrap
 * around, except in Cast.
 */
public final class Interpreter {
  private Interpreter() {}

  /** The standard operators that can be evaluated, sorted. */
  public static Set<String> operators() {
    return Operators.TABLE.keySet();
  }

  /**
   * The graph outputs in their order, floating point ones as FLOAT64.
   *
   * @param inputs a tensor for every graph input
   * @throws IllegalArgumentException if an input is missing or unknown, or a node cannot be
   *     evaluated, naming the node
   */
  public static Map<String, Tensor> run(Model model, Map<String, Tensor> inputs) {
    Map<String, Array> values = evaluate(model, inputs);
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (Value output : model.graph().outputs()) {
      outputs.put(output.name(), values.get(output.name()).toTensor());
    }
    return outputs;
  }

  /** The same for everything that nodes write, in the order of the nodes. */
  public static Map<String, Tensor> runAll(Model model, Map<String, Tensor> inputs) {
    Map<String, Array> values = evaluate(model, inputs);
    Map<String, Tensor> written = new LinkedHashMap<>();
    for (Node node : model.graph().nodes()) {
      for (String output : node.outputs()) {
        if (!output.isEmpty()) {
          written.put(output, values.get(output).toTensor());
        }
      }
    }
    return written;
  }

  private static Map<String, Array> evaluate(Model model, Map<String, Tensor> inputs) {
    Graph graph = model.graph();
    Map<String, Array> values = new HashMap<>();
    graph.initializers().forEach((name, constant) -> values.put(name, Array.of(constant)));
    for (Value input : graph.inputs()) {
      if (!inputs.containsKey(input.name())) {
        throw new IllegalArgumentException(
            "Graph input '" + input.name() + "' is not given, only " + inputs.keySet());
      }
    }
    inputs.forEach(
        (name, tensor) -> {
          if (graph.input(name) == null) {
            throw new IllegalArgumentException(
                "'" + name + "' is no graph input; there are " + graph.inputs());
          }
          values.put(name, Array.of(tensor));
        });
    graph.nodes().forEach(node -> evaluate(node, model.opset(), values));
    return values;
  }

  private static void evaluate(Node node, long opset, Map<String, Array> values) {
    Operator operator = node.domain().isEmpty() ? Operators.TABLE.get(node.opType()) : null;
    if (operator == null) {
      throw new IllegalArgumentException(
          "Node "
              + node.label()
              + " has operator '"
              + node.opType()
              + "' of domain '"
              + node.domain()
              + "', which cannot be evaluated; add it to the table of operators");
    }
    // A missing optional input has no name, and so no value.
    List<Array> inputs = new ArrayList<>();
    node.inputs().forEach(input -> inputs.add(values.get(input)));
    List<Array> outputs;
    try {
      outputs = operator.apply(new Call(node, opset, inputs));
    } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          "Node " + node.label() + " cannot be evaluated: " + e.getMessage(), e);
    }
    for (int i = 0; i < node.outputs().size(); i++) {
      if (i >= outputs.size()) {
        throw new IllegalArgumentException(
            "Output " + i + " of node " + node.label() + " cannot be evaluated");
      }
      values.put(node.outputs().get(i), outputs.get(i));
    }
  }
}
