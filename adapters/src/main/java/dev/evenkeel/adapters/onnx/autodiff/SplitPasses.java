package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.onnx.rewrite.PruneUnused;
import dev.evenkeel.adapters.onnx.shape.ShapeInference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Cuts a model that computes gradients in two, so that the seed may depend on what the forward pass
 * returns.
 *
 * <pre>
 *   inputs -> forward -> outputs, saved values
 *   seed, saved values, some of the inputs -> backward -> gradients
 * </pre>
 *
 * <p>Of the values that the reverse pass reads, constants are copied, graph inputs are fed again,
 * and what costs next to nothing is computed again: whatever depends on vectors, scalars and
 * constants only, and other views of a value. All else is saved.
 */
public final class SplitPasses {
  private static final Set<String> VIEWS =
      Set.of("Flatten", "Identity", "Reshape", "Squeeze", "Unsqueeze");

  private final Graph joint;
  private final Map<String, Value> values;
  private final Map<String, Node> writers = new HashMap<>();
  private final Set<String> forward = new HashSet<>();
  private final Map<String, Boolean> cheap = new HashMap<>();
  private final Set<String> passed = new HashSet<>();
  private final Set<String> saved = new LinkedHashSet<>();
  private final Set<String> repeated = new HashSet<>();

  /**
   * The two halves.
   *
   * @param forward computes the outputs and the saved values
   * @param backward takes saved values, some inputs of the forward model, and the seed; computes
   *     the gradients
   * @param saved names of the saved values: outputs of the one, inputs of the other
   */
  public record Passes(Model forward, Model backward, List<String> saved) {
    public Passes {
      saved = List.copyOf(saved);
    }
  }

  private SplitPasses(Graph joint, Map<String, Value> values) {
    this.joint = joint;
    this.values = values;
    for (Node node : joint.nodes()) {
      node.outputs().forEach(output -> writers.put(output, node));
    }
  }

  /**
   * Cuts a model.
   *
   * @param joint a model with its reverse pass, see {@link Gradients}
   * @param seed the graph input that only the reverse pass reads
   * @param gradients outputs of the reverse pass
   */
  public static Passes split(Model joint, String seed, List<String> gradients) {
    Graph graph = joint.graph();
    for (String gradient : gradients) {
      if (graph.output(gradient) == null) {
        throw new IllegalArgumentException(
            "The model has no output '" + gradient + "', only " + graph.outputs());
      }
    }
    SplitPasses split = new SplitPasses(PruneUnused.prune(graph), ShapeInference.infer(joint));
    List<Value> results =
        graph.outputs().stream().filter(value -> !gradients.contains(value.name())).toList();
    split.findForward(results);
    split.joint.nodes().stream()
        .filter(node -> !split.isForward(node))
        .forEach(node -> node.reads().forEach(split::supply));
    return new Passes(
        joint.withGraph(split.forwardGraph(seed, results)),
        joint.withGraph(split.backwardGraph(seed, gradients)),
        List.copyOf(split.saved));
  }

  /** What the results depend on; and shapes, which are smaller than what they are the shape of. */
  private void findForward(List<Value> results) {
    results.forEach(result -> forward.add(result.name()));
    List<Node> nodes = joint.nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (isForward(nodes.get(i))) {
        forward.addAll(nodes.get(i).outputs());
        forward.addAll(nodes.get(i).reads());
      }
    }
    for (Node node : nodes) {
      if (node.is("Shape") && forward.contains(node.input(0))) {
        forward.add(node.output());
      }
    }
  }

  private boolean isForward(Node node) {
    return node.outputs().stream().anyMatch(forward::contains);
  }

  /** Makes a value available to the reverse pass. */
  private void supply(String value) {
    Node writer = writers.get(value);
    if (writer == null) {
      passed.add(value);
    } else if (isForward(writer)) {
      boolean view = writer.domain().isEmpty() && VIEWS.contains(writer.opType());
      if (view || isCheap(value)) {
        repeated.add(value);
        writer.reads().forEach(this::supply);
      } else {
        saved.add(value);
      }
    }
  }

  private boolean isCheap(String value) {
    Boolean known = cheap.get(value);
    if (known == null) {
      Node writer = writers.get(value);
      known = writer == null ? isSmall(value) : writer.reads().stream().allMatch(this::isCheap);
      cheap.put(value, known);
    }
    return known;
  }

  /** Initializers, and graph inputs of at most one axis. */
  private boolean isSmall(String value) {
    Value input = joint.input(value);
    if (input == null) {
      return true;
    }
    Optional<List<Dimension>> shape = input.shape();
    return shape.isPresent() && shape.get().size() <= 1;
  }

  private Graph forwardGraph(String seed, List<Value> results) {
    List<Value> outputs = new ArrayList<>(results);
    saved.stream()
        .filter(name -> results.stream().noneMatch(result -> result.name().equals(name)))
        .map(this::describe)
        .forEach(outputs::add);
    return PruneUnused.prune(
        new Graph(
            joint.name(),
            joint.inputs().stream().filter(input -> !input.name().equals(seed)).toList(),
            outputs,
            joint.nodes().stream().filter(this::isForward).toList(),
            joint.initializers(),
            joint.values()));
  }

  private Graph backwardGraph(String seed, List<String> gradients) {
    List<Value> inputs =
        Stream.concat(
                saved.stream().map(this::describe),
                joint.inputs().stream()
                    .filter(input -> passed.contains(input.name()) || input.name().equals(seed)))
            .toList();
    return PruneUnused.prune(
        new Graph(
            joint.name() + " backward",
            inputs,
            gradients.stream().map(joint::output).toList(),
            joint.nodes().stream().filter(this::isBackward).toList(),
            joint.initializers(),
            joint.values()));
  }

  private boolean isBackward(Node node) {
    return !isForward(node) || node.outputs().stream().anyMatch(repeated::contains);
  }

  private Value describe(String name) {
    Value value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' must pass from the forward to the reverse pass, but its type is not known;"
              + " declare it in the model");
    }
    return value;
  }
}
