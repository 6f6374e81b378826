package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.graph.Node;
import java.util.List;

/** A node between the targets and the output has no derivative that can be written down. */
public final class NotDifferentiableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final String operator;
  private final String node;
  private final transient List<String> reachable;

  NotDifferentiableException(Node node, String reason, List<String> reachable) {
    super(
        text(node, reason)
            + (reachable.isEmpty()
                ? "; no target can be reached without it"
                : "; targets that can be reached without it: " + reachable));
    this.reason = text(node, reason);
    this.operator = node.opType();
    this.node = node.label();
    this.reachable = List.copyOf(reachable);
  }

  private static String text(Node node, String reason) {
    return "No gradient passes through " + node.label() + ": " + reason;
  }

  /** Where no gradient passes and why, without the targets. */
  public String reason() {
    return reason;
  }

  /** The operator, for instance {@code Conv}. */
  public String operator() {
    return operator;
  }

  /** Operator and name of the node. */
  public String node() {
    return node;
  }

  /** Targets none of whose paths to the output passes such a node. */
  public List<String> reachable() {
    return reachable;
  }
}
