package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.onnx.rewrite.GraphBuilder;
import dev.evenkeel.adapters.onnx.shape.ShapeInference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reverse-mode differentiation of a model, as standard operators: an inference runtime computes
 * gradients.
 *
 * <p>For each target {@code t} and an output {@code y} the model gains {@code sum(seed * dy/dt)}.
 * Only nodes between a target and the output are visited, so the pass ends at the target that comes
 * first in the model. Sizes that the model leaves open, such as the batch, stay open.
 */
public final class ReverseMode {
  private ReverseMode() {}

  /**
   * Appends the reverse pass to a model.
   *
   * @param forward the model to differentiate
   * @param output the value whose adjoint is fed
   * @param seed name of the new graph input that feeds it; it has the type and shape of the output
   * @param targets values whose gradients are wanted: graph inputs, initializers or node outputs
   * @param constants values that count as constant: no gradient passes through them
   * @throws NotDifferentiableException if a node on the way has no derivative
   * @throws IllegalArgumentException if a value does not exist, or the seed's name is taken
   */
  public static Gradients differentiate(
      Model forward, String output, String seed, List<String> targets, Set<String> constants) {
    Map<String, Value> values = ShapeInference.infer(forward);
    requireKnown(values, output);
    targets.forEach(target -> requireKnown(values, target));
    if (values.containsKey(seed)) {
      throw new IllegalArgumentException(
          "The seed cannot be named '" + seed + "', a value of the model has that name");
    }
    GraphBuilder graph = new GraphBuilder(forward);
    forward.graph().nodes().forEach(graph::add);
    forward.graph().outputs().forEach(graph::output);
    Value fed = new Value(seed, values.get(output).type(), values.get(output).shape());
    graph.input(fed);

    Knowledge knowledge = new Knowledge(forward, graph);
    knowledge.declare(fed);
    Path path =
        new Path(
            forward.graph(),
            output,
            targets,
            constants,
            value -> !values.containsKey(value) || values.get(value).type().isFloat());
    ReversePass pass = new ReversePass(graph, path, knowledge);
    pass.accumulate(output, seed);
    pass.run(forward, targets);
    List<String> gradients = emitOutputs(graph, pass, targets, values);

    Graph built = graph.build(forward.graph().name());
    Graph joint =
        new Graph(
            built.name(),
            built.inputs(),
            built.outputs(),
            built.nodes(),
            built.initializers(),
            forward.graph().values());
    return new Gradients(forward.withGraph(joint), gradients);
  }

  private static List<String> emitOutputs(
      GraphBuilder graph, ReversePass pass, List<String> targets, Map<String, Value> values) {
    List<String> gradients = new ArrayList<>();
    for (String target : targets) {
      Value value = values.get(target);
      String adjoint = pass.isActive(target) ? pass.adjoint(target) : null;
      String found = adjoint == null ? pass.broadcasting().scalar(0, value.type()) : adjoint;
      String gradient = graph.fresh("gradient/" + target);
      graph.alias(pass.broadcasting().full(found, target), gradient);
      graph.output(new Value(gradient, value.type(), value.shape()));
      gradients.add(gradient);
    }
    return gradients;
  }

  private static void requireKnown(Map<String, Value> values, String name) {
    Value value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "The model has no value '" + name + "' of known type to differentiate");
    }
    if (!value.type().isFloat()) {
      throw new IllegalArgumentException(
          "Value '" + name + "' is of type " + value.type() + ", which has no derivative");
    }
  }
}
