package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.rewrite.GraphBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Walks from the output to the targets and keeps the adjoints found on the way. */
final class ReversePass {
  private final GraphBuilder graph;
  private final Path path;
  private final Knowledge knowledge;
  private final Broadcasting broadcasting;
  private final Map<String, List<String>> contributions = new HashMap<>();

  ReversePass(GraphBuilder graph, Path path, Knowledge knowledge) {
    this.graph = graph;
    this.path = path;
    this.knowledge = knowledge;
    broadcasting = new Broadcasting(graph, knowledge);
  }

  /** Emits the rules of all nodes on the path, last node first. */
  void run(Model forward, List<String> targets) {
    List<Node> nodes = forward.graph().nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (path.contains(nodes.get(i))) {
        emit(nodes.get(i), targets);
      }
    }
  }

  private void emit(Node node, List<String> targets) {
    VectorJacobianProduct rule = Products.find(node);
    if (rule == null) {
      throw new NotDifferentiableException(
          node,
          "operator '" + node.opType() + "' has no rule",
          path.avoiding(targets, other -> Products.find(other) == null));
    }
    try {
      rule.emit(new Site(node, this));
    } catch (UnsupportedCase e) {
      throw new NotDifferentiableException(
          node,
          e.getMessage(),
          path.avoiding(targets, other -> other.equals(node) || Products.find(other) == null));
    }
  }

  GraphBuilder graph() {
    return graph;
  }

  Knowledge knowledge() {
    return knowledge;
  }

  Broadcasting broadcasting() {
    return broadcasting;
  }

  boolean isActive(String value) {
    return path.contains(value);
  }

  void accumulate(String value, String gradient) {
    contributions.computeIfAbsent(value, name -> new ArrayList<>()).add(gradient);
  }

  /** The sum of all that was added so far, or null if nothing was. */
  String adjoint(String value) {
    List<String> found = contributions.get(value);
    if (found == null) {
      return null;
    }
    if (found.size() > 1) {
      String sum = broadcasting.sum(found);
      found.clear();
      found.add(sum);
    }
    return found.get(0);
  }
}
