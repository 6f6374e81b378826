package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Node;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What lies between the targets and the output: the values whose adjoints are wanted. */
final class Path {
  private final Graph graph;
  private final Set<String> constants;
  private final Set<String> values = new HashSet<>();

  /**
   * Finds the values that depend on a target and that the output depends on.
   *
   * @param constants values through which no gradient passes
   * @param differentiable whether a value is of a floating point type
   */
  Path(
      Graph graph,
      String output,
      List<String> targets,
      Set<String> constants,
      Predicate<String> differentiable) {
    this.graph = graph;
    this.constants = constants;
    Set<String> dependent = new HashSet<>(targets);
    for (Node node : graph.nodes()) {
      if (node.inputs().stream().anyMatch(dependent::contains)) {
        node.outputs().stream()
            .filter(value -> !value.isEmpty() && !constants.contains(value))
            .filter(differentiable)
            .forEach(dependent::add);
      }
    }
    if (dependent.contains(output)) {
      values.add(output);
    }
    for (int i = graph.nodes().size() - 1; i >= 0; i--) {
      Node node = graph.nodes().get(i);
      if (isWritten(node)) {
        node.inputs().stream().filter(dependent::contains).forEach(values::add);
      }
    }
  }

  boolean contains(String value) {
    return values.contains(value);
  }

  /** Whether the adjoints of a node's inputs are wanted. */
  boolean contains(Node node) {
    return isWritten(node) && node.inputs().stream().anyMatch(values::contains);
  }

  /** The targets none of whose ways to the output leads through one of the given nodes. */
  List<String> avoiding(List<String> targets, Predicate<Node> impassable) {
    Set<String> blocked = new HashSet<>();
    for (int i = graph.nodes().size() - 1; i >= 0; i--) {
      Node node = graph.nodes().get(i);
      if (contains(node)
          && (impassable.test(node) || node.outputs().stream().anyMatch(blocked::contains))) {
        node.inputs().stream().filter(values::contains).forEach(blocked::add);
      }
    }
    return targets.stream().filter(target -> !blocked.contains(target)).toList();
  }

  private boolean isWritten(Node node) {
    return node.outputs().stream()
        .anyMatch(value -> values.contains(value) && !constants.contains(value));
  }
}
