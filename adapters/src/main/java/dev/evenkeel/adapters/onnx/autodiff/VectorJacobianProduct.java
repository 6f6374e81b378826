package dev.evenkeel.adapters.onnx.autodiff;

/**
 * The rule of an operator: emits nodes that compute the adjoints of its inputs from those of its
 * outputs.
 */
@FunctionalInterface
interface VectorJacobianProduct {
  /**
   * Emits the rule for one node.
   *
   * @throws UnsupportedCase if the rule does not cover the node
   */
  void emit(Site site);
}
