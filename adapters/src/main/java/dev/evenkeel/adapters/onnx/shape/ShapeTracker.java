package dev.evenkeel.adapters.onnx.shape;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds element types and shapes of the values of a graph that grows node by node. Never fails:
 * what a malformed or unknown node writes is unknown.
 */
public final class ShapeTracker {
  private final Facts facts = new Facts();

  /** Starts with the inputs and initializers of a graph, without its nodes. */
  public ShapeTracker(Graph graph) {
    graph.inputs().forEach(facts::addDeclared);
    graph.initializers().forEach(facts::addConstant);
  }

  /** Learns a value's type and, beyond what is known of it already, its shape. */
  public void declare(Value value) {
    facts.addDeclared(value);
  }

  public void add(String name, Tensor constant) {
    facts.addConstant(name, constant);
  }

  /** Adds a node that reads only what was added before. */
  public void add(Node node) {
    Site site = new Site(node, facts);
    for (int i = 0; i < node.outputs().size(); i++) {
      if (!node.outputs().get(i).isEmpty()) {
        infer(site, i, node.outputs().get(i));
      }
    }
  }

  public Optional<ElementType> type(String value) {
    return Optional.ofNullable(facts.type(value));
  }

  /** The dimensions, outermost first; empty if not even the rank is known. */
  public Optional<List<Dimension>> shape(String value) {
    return Optional.ofNullable(facts.shape(value));
  }

  /** All values of which at least the element type is known, in the order of the graph. */
  Map<String, Value> values() {
    return facts.toValues();
  }

  private static void infer(Site site, int output, String name) {
    Rule rule = site.node().domain().isEmpty() ? Rules.TABLE.get(site.node().opType()) : null;
    if (rule == null) {
      return;
    }
    Facts facts = site.facts();
    attempt(() -> facts.addType(name, rule.type().of(site, output)));
    attempt(() -> facts.addShape(name, rule.shape().of(site, output)));
    ShapeArithmetic.Fold fold = ShapeArithmetic.TABLE.get(site.node().opType());
    if (fold != null && output == 0) {
      attempt(() -> facts.addAmounts(name, fold.of(site)));
    }
  }

  /**
   * Nodes come from files, so a rule may meet attributes of the wrong kind, impossible axes or
   * missing inputs. Saying what is wrong with them is the business of the runtime.
   */
  @SuppressWarnings("EmptyCatch")
  private static void attempt(Runnable rule) {
    try {
      rule.run();
    } catch (Unknown
        | ArithmeticException
        | IllegalArgumentException
        | IllegalStateException
        | IndexOutOfBoundsException e) {
      // Stays unknown.
    }
  }
}
