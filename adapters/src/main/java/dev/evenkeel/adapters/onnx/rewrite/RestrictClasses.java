package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.onnx.graph.Dimension;
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
 * Makes a classifier forget classes: of its last linear layer only the rows of the chosen ones
 * remain, in the given order. Samples of the others are then samples of unknown classes, which is
 * how an open-set test is made from closed-set data.
 */
public final class RestrictClasses {
  private RestrictClasses() {}

  /**
   * Rewrites the model.
   *
   * @param logits name of the value that holds the logits, written by a Gemm with constant weights
   * @param classes the classes to keep, at least 2, different from one another
   * @throws IllegalArgumentException if something else writes the logits, or a class does not exist
   */
  public static Model apply(Model model, String logits, int... classes) {
    Graph graph = model.graph();
    Constants constants = new Constants(graph);
    Node gemm = constants.writer(logits);
    if (gemm == null || !gemm.is("Gemm") || constants.find(gemm.input(1)).isEmpty()) {
      throw new IllegalArgumentException(
          "Logits '"
              + logits
              + "' are written by "
              + (gemm == null ? "no node" : gemm.label())
              + ", expected a Gemm with constant weights");
    }
    GraphBuilder builder = new GraphBuilder(model);
    int axis = gemm.intAttribute("transB", 0) == 1 ? 0 : 1;
    List<String> inputs = new ArrayList<>();
    inputs.add(gemm.input(0));
    inputs.add(chosen(builder, constants, gemm.input(1), axis, classes));
    if (!gemm.input(2).isEmpty()) {
      inputs.add(chosen(builder, constants, gemm.input(2), -1, classes));
    }
    graph.nodes().forEach(node -> builder.add(node.equals(gemm) ? node.withInputs(inputs) : node));
    graph.outputs().forEach(output -> builder.output(restricted(output, logits, classes.length)));
    Graph built = builder.build(graph.name());
    Map<String, Value> declared = new LinkedHashMap<>(graph.values());
    declared.remove(logits);
    return model.withGraph(
        PruneUnused.prune(
            new Graph(
                graph.name(),
                graph.inputs(),
                built.outputs(),
                built.nodes(),
                built.initializers(),
                declared)));
  }

  private static Value restricted(Value output, String logits, int classes) {
    return output.name().equals(logits)
        ? Value.of(logits, output.type(), Dimension.symbol("batch"), Dimension.of(classes))
        : output;
  }

  /** Name of a constant with only some slices of an axis, which -1 counts from the end. */
  private static String chosen(
      GraphBuilder builder, Constants constants, String name, int axis, int... classes) {
    Tensor all =
        constants
            .find(name)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "'" + name + "' is computed, expected constant weights and biases"));
    long[] shape = all.shape().dimensions();
    int along = axis < 0 ? shape.length + axis : axis;
    int count = (int) shape[along];
    int inner = 1;
    for (int i = along + 1; i < shape.length; i++) {
      inner *= (int) shape[i];
    }
    int outer = all.size() / count / inner;
    float[] from = all.toFloats();
    float[] to = new float[outer * classes.length * inner];
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < classes.length; i++) {
        if (classes[i] < 0 || classes[i] >= count) {
          throw new IllegalArgumentException(
              "There is no class " + classes[i] + ", the model has 0 to " + (count - 1));
        }
        System.arraycopy(
            from, (o * count + classes[i]) * inner, to, (o * classes.length + i) * inner, inner);
      }
    }
    shape[along] = classes.length;
    return builder.constant(name + ".chosen", Tensor.ofFloats(Shape.of(shape), to));
  }
}
