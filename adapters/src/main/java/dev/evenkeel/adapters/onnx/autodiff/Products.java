package dev.evenkeel.adapters.onnx.autodiff;

import static java.util.Map.entry;

import dev.evenkeel.adapters.onnx.graph.Node;
import java.util.Map;
import java.util.TreeMap;

/** The standard operators that have a rule. */
final class Products {
  static final Map<String, VectorJacobianProduct> TABLE =
      new TreeMap<>(
          Map.<String, VectorJacobianProduct>ofEntries(
              entry("Add", ElementwiseProducts::add),
              entry("Div", ElementwiseProducts::div),
              entry("GlobalAveragePool", PoolingProducts::globalAveragePool),
              entry("Identity", ElementwiseProducts::identity),
              entry("Mul", ElementwiseProducts::mul),
              entry("Neg", ElementwiseProducts::neg),
              entry("Relu", ActivationProducts::relu),
              entry("Sqrt", ElementwiseProducts::sqrt),
              entry("Sub", ElementwiseProducts::sub)));

  private Products() {}

  /** The rule of a node's operator, or null. */
  static VectorJacobianProduct find(Node node) {
    return node.domain().isEmpty() ? TABLE.get(node.opType()) : null;
  }
}
