package dev.evenkeel.adapters.onnx.autodiff;

import static dev.evenkeel.adapters.onnx.autodiff.ElementwiseProducts.unary;
import static java.util.Map.entry;

import dev.evenkeel.adapters.onnx.graph.Node;
import java.util.Map;
import java.util.TreeMap;

/** The standard operators that have a rule. */
final class Products {
  static final Map<String, VectorJacobianProduct> TABLE =
      new TreeMap<>(
          Map.<String, VectorJacobianProduct>ofEntries(
              entry("Abs", unary((graph, site) -> graph.op("Sign", "sign", site.input(0)))),
              entry("Add", ElementwiseProducts::sum),
              entry("AveragePool", PoolingProducts::averagePool),
              entry("BatchNormalization", NormalizationProducts::batchNormalization),
              entry("Cast", ElementwiseProducts::cast),
              entry("Ceil", ElementwiseProducts::step),
              entry("Celu", unary(ActivationProducts::celu)),
              entry("Clip", ElementwiseProducts::clip),
              entry("Concat", PartProducts::concat),
              entry("Conv", ConvolutionProducts::conv),
              entry("ConvTranspose", ConvolutionProducts::convTranspose),
              entry("Cos", unary(ElementwiseProducts::minusSine)),
              entry("DepthToSpace", LayoutProducts::depthToSpace),
              entry("Div", ElementwiseProducts::div),
              entry("Dropout", ElementwiseProducts::dropout),
              entry("Elu", unary(ActivationProducts::elu)),
              entry("Erf", unary(ActivationProducts::erf)),
              entry("Exp", unary((graph, site) -> site.output(0))),
              entry("Expand", LayoutProducts::expand),
              entry("Flatten", LayoutProducts::reshape),
              entry("Floor", ElementwiseProducts::step),
              entry("Gather", IndexProducts::gather),
              entry("GatherElements", IndexProducts::gatherElements),
              entry("Gelu", unary(ActivationProducts::gelu)),
              entry("Gemm", MatrixProducts::gemm),
              entry("GlobalAveragePool", PoolingProducts::globalAveragePool),
              entry("GlobalMaxPool", PoolingProducts::globalMaxPool),
              entry("GroupNormalization", NormalizationProducts::groupNormalization),
              entry("HardSigmoid", unary(ActivationProducts::hardSigmoid)),
              entry("HardSwish", unary(ActivationProducts::hardSwish)),
              entry("Identity", ElementwiseProducts::identity),
              entry("InstanceNormalization", NormalizationProducts::instanceNormalization),
              entry("LayerNormalization", NormalizationProducts::layerNormalization),
              entry("LeakyRelu", unary(ActivationProducts::leakyRelu)),
              entry("Log", ElementwiseProducts::log),
              entry("LogSoftmax", ReductionProducts::logSoftmax),
              entry("LpNormalization", ReductionProducts::unitLength),
              entry("MatMul", MatrixProducts::matMul),
              entry("Max", ElementwiseProducts.extreme("Less")),
              entry("MaxPool", PoolingProducts::maxPool),
              entry("Mean", ElementwiseProducts::mean),
              entry("Min", ElementwiseProducts.extreme("Greater")),
              entry("Mish", unary(ActivationProducts::mish)),
              entry("Mul", ElementwiseProducts::mul),
              entry("Neg", ElementwiseProducts::neg),
              entry("PRelu", ActivationProducts::pRelu),
              entry("Pad", PartProducts::pad),
              entry("Pow", ElementwiseProducts::pow),
              entry("Reciprocal", unary(ElementwiseProducts::minusSquare)),
              entry("ReduceL1", ReductionProducts::l1),
              entry("ReduceL2", ReductionProducts::l2),
              entry("ReduceLogSum", ReductionProducts::logSum),
              entry("ReduceLogSumExp", ReductionProducts::logSumExp),
              entry("ReduceMax", ReductionProducts.extreme("Less")),
              entry("ReduceMean", ReductionProducts::mean),
              entry("ReduceMin", ReductionProducts.extreme("Greater")),
              entry("ReduceSum", ReductionProducts::sum),
              entry("ReduceSumSquare", ReductionProducts::sumSquare),
              entry("Relu", unary(ActivationProducts::relu)),
              entry("Reshape", LayoutProducts::reshape),
              entry("Resize", PoolingProducts::resize),
              entry("Round", ElementwiseProducts::step),
              entry("Selu", unary(ActivationProducts::selu)),
              entry("Sigmoid", unary(ActivationProducts::sigmoid)),
              entry("Sign", ElementwiseProducts::step),
              entry("Sin", unary((graph, site) -> graph.op("Cos", "cosine", site.input(0)))),
              entry("Slice", PartProducts::slice),
              entry("Softmax", ReductionProducts::softmax),
              entry("Softplus", unary(ActivationProducts::softplus)),
              entry("Softsign", unary(ActivationProducts::softsign)),
              entry("Split", PartProducts::split),
              entry("Sqrt", ElementwiseProducts::sqrt),
              entry("Squeeze", LayoutProducts::reshape),
              entry("Sub", ElementwiseProducts::sub),
              entry("Sum", ElementwiseProducts::sum),
              entry("Tanh", unary(ActivationProducts::tanh)),
              entry("ThresholdedRelu", unary(ActivationProducts::thresholdedRelu)),
              entry("Tile", LayoutProducts::tile),
              entry("Transpose", LayoutProducts::transpose),
              entry("Unsqueeze", LayoutProducts::reshape),
              entry("Where", ElementwiseProducts::where)));

  private Products() {}

  /** The rule of a node's operator, or null. */
  static VectorJacobianProduct find(Node node) {
    return node.domain().isEmpty() ? TABLE.get(node.opType()) : null;
  }
}
