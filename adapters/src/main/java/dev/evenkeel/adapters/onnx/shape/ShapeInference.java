package dev.evenkeel.adapters.onnx.shape;

import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/**
 * Finds element types and shapes of the values of a graph.
 *
 * <p>Named axes, such as the batch, keep their names through operators that keep their size.
 * Integers computed from shapes (chains of Shape, Gather, Concat and the like) are followed, so
 * that a Reshape to a computed shape is understood.
 */
public final class ShapeInference {
  private ShapeInference() {}

  /** The standard operators that are understood, sorted. */
  public static Set<String> operators() {
    return Collections.unmodifiableSet(Rules.TABLE.keySet());
  }

  /**
   * What is known of inputs, constants and node outputs, in the order in which they are written.
   *
   * <p>A value is left out if not even its element type is known: what an unknown operator writes
   * and nobody declares. Never fails: what a malformed node writes is unknown too. Where the graph
   * declares more than can be inferred, its declaration is believed.
   */
  public static Map<String, Value> infer(Model model) {
    Graph graph = model.graph();
    ShapeTracker tracker = new ShapeTracker(graph);
    for (Node node : graph.nodes()) {
      tracker.add(node);
      for (String output : node.outputs()) {
        Value declared = graph.values().getOrDefault(output, graph.output(output));
        if (declared != null) {
          tracker.declare(declared);
        }
      }
    }
    return tracker.values();
  }
}
