package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.onnx.rewrite.Constants;
import dev.evenkeel.adapters.onnx.rewrite.GraphBuilder;
import dev.evenkeel.adapters.onnx.shape.ShapeInference;
import dev.evenkeel.adapters.onnx.shape.ShapeTracker;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Types, shapes and constants of the values of a graph, also of those that a rule has just made.
 */
final class Knowledge {
  private final GraphBuilder graph;
  private final ShapeTracker tracker;
  private final Constants constants;
  private int seen;

  /**
   * Knows a model and follows what is added to it.
   *
   * @param graph holds the nodes of the model already
   */
  Knowledge(Model model, GraphBuilder graph) {
    this.graph = graph;
    tracker = new ShapeTracker(model.graph());
    ShapeInference.infer(model).values().forEach(tracker::declare);
    constants = new Constants(model.graph());
    seen = graph.nodes().size();
  }

  void declare(Value value) {
    tracker.declare(value);
  }

  Optional<List<Dimension>> shape(String value) {
    follow(value);
    return tracker.shape(value);
  }

  ElementType type(String value) {
    follow(value);
    return tracker.type(value).orElse(ElementType.FLOAT32);
  }

  Optional<Tensor> constant(String value) {
    Tensor made = graph.initializers().get(value);
    return made != null ? Optional.of(made) : constants.find(value);
  }

  /** Whether a value certainly has the shape of another one. */
  boolean sameShape(String a, String b) {
    Optional<List<Dimension>> shape = shape(a);
    return a.equals(b)
        || (shape.isPresent()
            && shape.equals(shape(b))
            && !shape.get().contains(Dimension.UNKNOWN));
  }

  private void follow(String value) {
    for (; seen < graph.nodes().size(); seen++) {
      Node node = graph.nodes().get(seen);
      node.inputs().forEach(this::learn);
      tracker.add(node);
    }
    learn(value);
  }

  private void learn(String value) {
    Tensor constant = graph.initializers().get(value);
    if (constant != null && tracker.type(value).isEmpty()) {
      tracker.add(value, constant);
    }
  }
}
