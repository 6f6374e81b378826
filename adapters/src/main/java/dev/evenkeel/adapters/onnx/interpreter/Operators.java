package dev.evenkeel.adapters.onnx.interpreter;

import static dev.evenkeel.adapters.onnx.interpreter.Elementwise.binary;
import static dev.evenkeel.adapters.onnx.interpreter.Elementwise.comparison;
import static dev.evenkeel.adapters.onnx.interpreter.Elementwise.unary;
import static dev.evenkeel.adapters.onnx.interpreter.Elementwise.variadic;
import static dev.evenkeel.adapters.onnx.interpreter.Reductions.reduce;
import static java.util.Map.entry;

import dev.evenkeel.adapters.tensor.ElementType;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The standard operators that the interpreter knows. */
final class Operators {
  static final SortedMap<String, Operator> TABLE =
      Collections.unmodifiableSortedMap(
          new TreeMap<>(
              Map.<String, Operator>ofEntries(
                  entry("Abs", unary(Math::abs)),
                  entry("Add", binary(Double::sum)),
                  entry("And", comparison((a, b) -> a != 0 && b != 0)),
                  entry("ArgMax", Operator.of(call -> Reductions.argument(call, 1))),
                  entry("ArgMin", Operator.of(call -> Reductions.argument(call, -1))),
                  entry("AveragePool", Operator.of(Pools::average)),
                  entry("BatchNormalization", Normalizations::batchNormalization),
                  entry("Cast", Operator.of(Elementwise::cast)),
                  entry("Ceil", unary(Math::ceil)),
                  entry("Celu", Operator.of(Activations::celu)),
                  entry("Clip", Operator.of(Elementwise::clip)),
                  entry("Concat", Operator.of(Layout::concat)),
                  entry("Constant", Operator.of(Generators::constant)),
                  entry("ConstantOfShape", Operator.of(Generators::constantOfShape)),
                  entry("Conv", Operator.of(Convolutions::conv)),
                  entry("ConvTranspose", Operator.of(Convolutions::convTranspose)),
                  entry("Cos", unary(Math::cos)),
                  entry("DepthToSpace", Operator.of(Layout::depthToSpace)),
                  entry("Div", Operator.of(Elementwise::divide)),
                  entry("Dropout", Operators::dropout),
                  entry("Elu", Operator.of(Activations::elu)),
                  entry("Equal", comparison((a, b) -> a == b)),
                  entry("Erf", unary(Activations::erf)),
                  entry("Exp", unary(Math::exp)),
                  entry("Expand", Operator.of(Layout::expand)),
                  entry("Flatten", Operator.of(Layout::flatten)),
                  entry("Floor", unary(Math::floor)),
                  entry("Gather", Operator.of(Indexing::gather)),
                  entry("GatherElements", Operator.of(Indexing::gatherElements)),
                  entry("Gelu", Operator.of(Activations::gelu)),
                  entry("Gemm", Operator.of(Matrices::gemm)),
                  entry(
                      "GlobalAveragePool",
                      Operator.of(call -> Reductions.overSpace(call, Reductions::mean))),
                  entry(
                      "GlobalLpPool",
                      Operator.of(
                          call ->
                              Reductions.overSpace(
                                  call, group -> Reductions.norm(call.integer("p", 2), group)))),
                  entry(
                      "GlobalMaxPool",
                      Operator.of(call -> Reductions.overSpace(call, Reductions::max))),
                  entry("Greater", comparison((a, b) -> a > b)),
                  entry("GreaterOrEqual", comparison((a, b) -> a >= b)),
                  entry("GroupNormalization", Operator.of(Normalizations::groupNormalization)),
                  entry("HardSigmoid", Operator.of(Activations::hardSigmoid)),
                  entry("HardSwish", unary(Activations::hardSwish)),
                  entry("Identity", unary(x -> x)),
                  entry(
                      "InstanceNormalization", Operator.of(Normalizations::instanceNormalization)),
                  entry("LayerNormalization", Normalizations::layerNormalization),
                  entry("LeakyRelu", Operator.of(Activations::leakyRelu)),
                  entry("Less", comparison((a, b) -> a < b)),
                  entry("LessOrEqual", comparison((a, b) -> a <= b)),
                  entry("Log", unary(Math::log)),
                  entry("LogSoftmax", Operator.of(call -> Reductions.softmax(call).map(Math::log))),
                  entry("LpNormalization", Operator.of(Normalizations::unitLength)),
                  entry("LpPool", Operator.of(Pools::norm)),
                  entry("MatMul", Operator.of(Matrices::matMul)),
                  entry("Max", variadic(Math::max)),
                  entry("MaxPool", Pools::max),
                  entry("Mean", Operator.of(Elementwise::mean)),
                  entry("Min", variadic(Math::min)),
                  entry("Mish", unary(Activations::mish)),
                  entry("Mul", binary((a, b) -> a * b)),
                  entry("Neg", unary(x -> -x)),
                  entry("Not", unary(x -> x == 0 ? 1 : 0)),
                  entry("OneHot", Operator.of(Indexing::oneHot)),
                  entry("Or", comparison((a, b) -> a != 0 || b != 0)),
                  entry("PRelu", binary((x, slope) -> x < 0 ? slope * x : x)),
                  entry("Pad", Operator.of(Padding::pad)),
                  entry("Pow", binary(Math::pow)),
                  entry("Range", Operator.of(Generators::range)),
                  entry("Reciprocal", unary(x -> 1 / x)),
                  entry("ReduceL1", reduce(group -> Reductions.norm(1, group))),
                  entry("ReduceL2", reduce(group -> Reductions.norm(2, group))),
                  entry("ReduceLogSum", reduce(group -> Math.log(Reductions.sum(group)))),
                  entry(
                      "ReduceLogSumExp",
                      reduce(group -> Math.log(Reductions.sumOfExponentials(group)))),
                  entry("ReduceMax", reduce(Reductions::max)),
                  entry("ReduceMean", reduce(Reductions::mean)),
                  entry("ReduceMin", reduce(Reductions::min)),
                  entry("ReduceProd", reduce(Reductions::product)),
                  entry("ReduceSum", reduce(Reductions::sum)),
                  entry("ReduceSumSquare", reduce(Reductions::sumOfSquares)),
                  entry("Relu", unary(x -> Math.max(0, x))),
                  entry("Reshape", Operator.of(Layout::reshape)),
                  entry("Resize", Operator.of(Resizing::resize)),
                  entry("Round", unary(Math::rint)),
                  entry("ScatterElements", Operator.of(Indexing::scatterElements)),
                  entry("Selu", Operator.of(Activations::selu)),
                  entry("Shape", Operator.of(Generators::shape)),
                  entry("Sigmoid", unary(Activations::sigmoid)),
                  entry("Sign", unary(Math::signum)),
                  entry("Sin", unary(Math::sin)),
                  entry("Size", Operator.of(Generators::size)),
                  entry("Slice", Operator.of(Layout::slice)),
                  entry("Softmax", Operator.of(Reductions::softmax)),
                  entry("Softplus", unary(Activations::softplus)),
                  entry("Softsign", unary(x -> x / (1 + Math.abs(x)))),
                  entry("Split", Layout::split),
                  entry("Sqrt", unary(Math::sqrt)),
                  entry("Squeeze", Operator.of(Layout::squeeze)),
                  entry("Sub", binary((a, b) -> a - b)),
                  entry("Sum", variadic(Double::sum)),
                  entry("Tanh", unary(Math::tanh)),
                  entry("ThresholdedRelu", Operator.of(Activations::thresholdedRelu)),
                  entry("Tile", Operator.of(Layout::tile)),
                  entry("Transpose", Operator.of(Layout::transpose)),
                  entry("Trilu", Operator.of(Indexing::trilu)),
                  entry("Unsqueeze", Operator.of(Layout::unsqueeze)),
                  entry("Where", Operator.of(Elementwise::where)),
                  entry("Xor", comparison((a, b) -> (a != 0) != (b != 0))))));

  private Operators() {}

  /** Inference only: everything passes. */
  private static List<Array> dropout(Call call) {
    if (call.has(2) && call.input(2).value(0) != 0) {
      throw new IllegalArgumentException("Dropout in training mode is random");
    }
    return List.of(call.input(0), call.input(0).map(x -> 1).as(ElementType.BOOL));
  }
}
