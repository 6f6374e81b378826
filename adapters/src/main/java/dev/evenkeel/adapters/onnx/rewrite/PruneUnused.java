package dev.evenkeel.adapters.onnx.rewrite;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Drops nodes and initializers that no graph output depends on. Graph inputs stay. */
public final class PruneUnused {
  private PruneUnused() {}

  public static Graph prune(Graph graph) {
    Set<String> needed = new HashSet<>();
    graph.outputs().forEach(output -> needed.add(output.name()));
    Deque<Node> kept = new ArrayDeque<>();
    for (int i = graph.nodes().size() - 1; i >= 0; i--) {
      Node node = graph.nodes().get(i);
      if (node.outputs().stream().anyMatch(needed::contains)) {
        kept.addFirst(node);
        addReads(node, needed);
      }
    }
    Map<String, Tensor> initializers = new LinkedHashMap<>(graph.initializers());
    initializers.keySet().retainAll(needed);
    Map<String, Value> values = new LinkedHashMap<>(graph.values());
    values.keySet().retainAll(needed);
    return new Graph(
        graph.name(), graph.inputs(), graph.outputs(), List.copyOf(kept), initializers, values);
  }

  private static void addReads(Node node, Set<String> needed) {
    node.inputs().stream().filter(input -> !input.isEmpty()).forEach(needed::add);
    for (Attribute attribute : node.attributes().values()) {
      if (attribute instanceof Attribute.GraphAttribute body) {
        needed.addAll(body.reads());
      }
    }
  }
}
