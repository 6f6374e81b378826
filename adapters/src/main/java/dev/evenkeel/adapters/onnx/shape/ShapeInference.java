package dev.evenkeel.adapters.onnx.shape;

import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.graph.Node;
import dev.evenkeel.adapters.onnx.graph.Value;
import java.util.Map;

/**
 * Finds element types and shapes of the values of a graph.
 *
 * <p>Named axes, such as the batch, keep their names through operators that keep their size.
 * Integers computed from shapes (chains of Shape, Gather, Concat and the like) are followed, so
 * that a Reshape to a computed shape is understood.
 */
public final class ShapeInference {
  private ShapeInference() {}

  /**
   * What is known of inputs, constants and node outputs, in the order in which they are written.
   *
   * <p>A value is left out if not even its element type is known: what an unknown operator writes
   * and nobody declares. Never fails: what a malformed node writes is unknown too. Where the graph
   * declares more than can be inferred, its declaration is believed.
   */
  public static Map<String, Value> infer(Model model) {
    Graph graph = model.graph();
    Facts facts = new Facts();
    graph.inputs().forEach(facts::addDeclared);
    graph.initializers().forEach(facts::addConstant);
    for (Node node : graph.nodes()) {
      Site site = new Site(node, facts);
      for (int i = 0; i < node.outputs().size(); i++) {
        String output = node.outputs().get(i);
        if (!output.isEmpty()) {
          infer(site, i, output);
          Value declared = graph.values().getOrDefault(output, graph.output(output));
          if (declared != null) {
            facts.addDeclared(declared);
          }
        }
      }
    }
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
