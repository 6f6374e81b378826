package dev.evenkeel.adapters.onnx.interpreter;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Attribute.FloatsAttribute;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.RandomTensors;
import java.util.ArrayList;
import java.util.List;

/** What the interpreter is compared on: at least one case for each of its operators. */
final class OperatorCases {
  private final RandomTensors random;
  private final List<OperatorCase> cases = new ArrayList<>();

  private OperatorCases(RandomTensors random) {
    this.random = random;
  }

  static List<OperatorCase> all(RandomTensors random) {
    OperatorCases table = new OperatorCases(random);
    table.elementwise();
    table.activations();
    table.logic();
    table.reductions();
    table.normalizations();
    table.convolutions();
    table.pools();
    table.matrices();
    table.layout();
    table.parts();
    table.indexing();
    table.generators();
    return table.cases;
  }

  private void elementwise() {
    for (String opType :
        List.of(
            "Abs",
            "Ceil",
            "Cos",
            "Erf",
            "Exp",
            "Floor",
            "Identity",
            "Neg",
            "Round",
            "Sign",
            "Sin")) {
      add(opType, normal(3, 4));
    }
    for (String opType : List.of("Log", "Reciprocal", "Sqrt")) {
      add(opType, positive(3, 4));
    }
    for (String opType : List.of("Add", "Div", "Mul", "Sub")) {
      add(opType, normal(2, 3, 4), positive(3, 1));
    }
    for (String opType : List.of("Max", "Mean", "Min", "Sum")) {
      add(opType, normal(2, 3), normal(3), normal(2, 1));
    }
    remarked("Div", "of integers", random.integers(-9, 9, 8), longs(2, -2, 3, 4, -4, 5, 7, -3));
    remarked("Neg", "of integers", random.integers(-9, 9, 8));
    add("Pow", positive(2, 3), normal(3));
    remarked("Add", "left shape is the smaller", normal(3, 1), normal(2, 1, 4));
    add("Where", random.booleans(3, 1), normal(2, 1, 4), normal(4));
    add("Clip", normal(3, 4)).constant(Tensor.scalar(-0.5f)).constant(Tensor.scalar(0.7f));
    remarked("Clip", "from below only", normal(3, 4)).constant(Tensor.scalar(-0.5f));
    remarked("Clip", "by attributes", normal(3, 4)).with("min", -0.5f).with("max", 0.7f).opset(10);
    remarked("Cast", "to INT64", random.uniform(-9, 9, 8)).with("to", 7);
    remarked("Cast", "to BOOL", random.integers(0, 2, 8)).with("to", 9);
    remarked("Cast", "to FLOAT", random.integers(-9, 9, 8)).with("to", 1);
    remarked("Cast", "to INT32", random.integers(-9, 9, 8)).with("to", 6);
    remarked("Cast", "to INT8", random.integers(-999, 999, 8)).with("to", 3);
    remarked("Cast", "to UINT8", random.integers(-999, 999, 8)).with("to", 2);
    add("Dropout", normal(3, 4));
  }

  private void activations() {
    for (String opType :
        List.of(
            "Celu",
            "Elu",
            "HardSigmoid",
            "HardSwish",
            "LeakyRelu",
            "Relu",
            "Selu",
            "Sigmoid",
            "Softplus",
            "Softsign",
            "Tanh",
            "ThresholdedRelu")) {
      add(opType, normal(3, 4));
    }
    for (String opType : List.of("Celu", "Elu", "LeakyRelu", "ThresholdedRelu")) {
      remarked(opType, "with alpha", normal(3, 4)).with("alpha", 0.3f);
    }
    remarked("HardSigmoid", "with slope", normal(3, 4)).with("alpha", 0.4f).with("beta", 0.1f);
    remarked("Selu", "with scale", normal(3, 4)).with("alpha", 1.1f).with("gamma", 0.9f);
    add("Mish", normal(3, 4)).opset(18);
    add("Gelu", normal(3, 4)).opset(20);
    remarked("Gelu", "by tanh", normal(3, 4)).with("approximate", "tanh").opset(20);
    add("PRelu", normal(2, 3, 4), positive(3, 1));
    for (String opType : List.of("LogSoftmax", "Softmax")) {
      add(opType, normal(2, 3, 4));
      remarked(opType, "along axis 1", normal(2, 3, 4)).with("axis", 1);
      remarked(opType, "before opset 13", normal(2, 3, 4)).with("axis", 1).opset(11);
    }
  }

  private void logic() {
    for (String opType : List.of("Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual")) {
      add(opType, random.integers(0, 3, 2, 5), random.integers(0, 3, 5));
    }
    for (String opType : List.of("And", "Or", "Xor")) {
      add(opType, random.booleans(4, 5), random.booleans(5));
    }
    add("Not", random.booleans(9));
  }

  private void reductions() {
    for (String suffix :
        List.of(
            "L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "Sum", "SumSquare")) {
      String opType = "Reduce" + suffix;
      add(opType, positive(2, 3, 4)).constant(longs(-1, 0)).with("keepdims", 0).opset(18);
      remarked(opType, "over all", positive(2, 3, 4)).opset(18);
      remarked(opType, "over none", positive(2, 3)).with("noop_with_empty_axes", 1).opset(18);
      if (!opType.equals("ReduceSum")) {
        remarked(opType, "by attribute", positive(2, 3, 4)).with("axes", new long[] {1});
      }
    }
    for (String opType : List.of("ArgMax", "ArgMin")) {
      add(opType, random.integers(0, 3, 4, 6)).with("axis", -1);
      remarked(opType, "last", random.integers(0, 3, 4, 6))
          .with("select_last_index", 1)
          .with("keepdims", 0);
    }
  }

  private void normalizations() {
    add("BatchNormalization", normal(2, 3, 4, 5), normal(3), normal(3), normal(3), positive(3))
        .with("epsilon", 1e-3f);
    remarked(
            "BatchNormalization",
            "while training",
            normal(2, 3, 4),
            normal(3),
            normal(3),
            normal(3),
            positive(3))
        .with("training_mode", 1)
        .with("momentum", 0.7f)
        .outputs(3);
    add("InstanceNormalization", normal(2, 3, 4, 5), normal(3), normal(3));
    add("LpNormalization", normal(2, 3, 4)).with("axis", 1);
    remarked("LpNormalization", "by absolute values", normal(2, 3, 4)).with("p", 1);
    remarked("LpNormalization", "of zero", Tensor.ofFloats(Shape.of(1, 3), 0, 0, 0));
    add("GroupNormalization", normal(2, 6, 4), normal(6), normal(6))
        .with("num_groups", 3)
        .opset(21);
    add("LayerNormalization", normal(2, 3, 4), normal(4), normal(4)).outputs(3);
    remarked("LayerNormalization", "without bias", normal(2, 3, 4), normal(3, 4)).with("axis", 1);
  }

  private void convolutions() {
    add("Conv", normal(2, 3, 7, 6), normal(4, 3, 3, 3), normal(4))
        .with("strides", new long[] {2, 1})
        .with("pads", new long[] {1, 0, 2, 1})
        .with("dilations", new long[] {1, 2});
    remarked("Conv", "in groups", normal(1, 4, 5), normal(6, 2, 3)).with("group", 2);
    remarked("Conv", "each channel alone", normal(1, 4, 5, 5), normal(4, 1, 3, 3)).with("group", 4);
    for (String pad : List.of("SAME_LOWER", "SAME_UPPER", "VALID")) {
      remarked("Conv", pad, normal(1, 2, 7, 6), normal(3, 2, 4, 3))
          .with("auto_pad", pad)
          .with("strides", new long[] {2, 2});
    }
    add("ConvTranspose", normal(2, 3, 4, 5), normal(3, 2, 3, 3), normal(2))
        .with("strides", new long[] {2, 3})
        .with("pads", new long[] {1, 0, 0, 1})
        .with("output_padding", new long[] {1, 0});
    remarked("ConvTranspose", "in groups", normal(1, 4, 5), normal(4, 3, 3))
        .with("group", 2)
        .with("dilations", new long[] {2});
    for (String pad : List.of("SAME_LOWER", "SAME_UPPER")) {
      remarked("ConvTranspose", pad, normal(1, 2, 4), normal(2, 3, 4))
          .with("auto_pad", pad)
          .with("strides", new long[] {3});
    }
  }

  private void pools() {
    for (String opType : List.of("AveragePool", "LpPool", "MaxPool")) {
      add(opType, normal(2, 3, 6, 7))
          .with("kernel_shape", new long[] {3, 2})
          .with("strides", new long[] {2, 1})
          .with("pads", new long[] {1, 0, 1, 1});
      remarked(opType, "same", normal(1, 2, 7))
          .with("kernel_shape", new long[] {3})
          .with("strides", new long[] {2})
          .with("auto_pad", "SAME_UPPER");
    }
    for (String opType : List.of("AveragePool", "MaxPool")) {
      remarked(opType, "rounded up", normal(1, 2, 8))
          .with("kernel_shape", new long[] {3})
          .with("strides", new long[] {2})
          .with("ceil_mode", 1);
    }
    remarked("AveragePool", "with padding counted", normal(1, 2, 6))
        .with("kernel_shape", new long[] {3})
        .with("pads", new long[] {1, 1})
        .with("count_include_pad", 1);
    remarked("LpPool", "of order 3", normal(1, 2, 6))
        .with("kernel_shape", new long[] {3})
        .with("p", 3);
    remarked("MaxPool", "with places", normal(2, 3, 6, 7))
        .with("kernel_shape", new long[] {3, 3})
        .with("pads", new long[] {1, 1, 1, 1})
        .outputs(2);
    for (String opType : List.of("GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool")) {
      add(opType, normal(2, 3, 4, 5));
    }
    remarked("GlobalLpPool", "of order 1", normal(2, 3, 4)).with("p", 1);
  }

  private void matrices() {
    add("Gemm", normal(3, 4), normal(5, 4), normal(5))
        .with("transB", 1)
        .with("alpha", 0.5f)
        .with("beta", 2f);
    remarked("Gemm", "of the transposed", normal(4, 3), normal(4, 5)).with("transA", 1);
    add("MatMul", normal(2, 1, 3, 4), normal(5, 4, 2));
    remarked("MatMul", "vector left", normal(4), normal(2, 4, 3));
    remarked("MatMul", "vector right", normal(2, 3, 4), normal(4));
    remarked("MatMul", "vectors", normal(4), normal(4));
  }

  private void layout() {
    add("Flatten", normal(2, 3, 4));
    remarked("Flatten", "at the end", normal(2, 3, 4)).with("axis", -1);
    remarked("Flatten", "to one row", normal(2, 3, 4)).with("axis", 0);
    add("Reshape", normal(2, 3, 4)).constant(longs(0, -1, 2));
    remarked("Reshape", "to a scalar", normal(1, 1)).constant(longs());
    add("Transpose", normal(2, 3, 4));
    remarked("Transpose", "by permutation", normal(2, 3, 4)).with("perm", new long[] {1, 2, 0});
    add("Squeeze", normal(1, 3, 1, 4)).constant(longs(-2));
    remarked("Squeeze", "everything", normal(1, 3, 1, 4));
    remarked("Squeeze", "by attribute", normal(1, 3, 1)).with("axes", new long[] {0}).opset(11);
    add("Unsqueeze", normal(3, 4)).constant(longs(0, -1));
    remarked("Unsqueeze", "by attribute", normal(3)).with("axes", new long[] {1}).opset(11);
    add("Expand", normal(3, 1)).constant(longs(2, 1, 4));
    add("Tile", normal(2, 3)).constant(longs(2, 3));
    add("DepthToSpace", normal(2, 8, 2, 3)).with("blocksize", 2);
    remarked("DepthToSpace", "columns first", normal(2, 8, 2, 3))
        .with("blocksize", 2)
        .with("mode", "CRD");
    add("Pad", normal(3, 4)).constant(longs(1, 0, 2, 3)).constant(Tensor.scalar(1.5f));
    remarked("Pad", "fewer", normal(5, 4)).constant(longs(-1, 0, -2, 1));
    remarked("Pad", "one axis", normal(3, 4))
        .constant(longs(1, 2))
        .omitted()
        .constant(longs(-1))
        .opset(18);
    for (String mode : List.of("edge", "reflect", "wrap")) {
      remarked("Pad", mode, normal(4, 5)).constant(longs(2, 1, 3, 0)).with("mode", mode).opset(19);
    }
    for (String mode : List.of("linear", "nearest")) {
      for (String place :
          List.of("align_corners", "asymmetric", "half_pixel", "pytorch_half_pixel")) {
        remarked("Resize", mode + " " + place, normal(1, 2, 4, 5))
            .omitted()
            .omitted()
            .constant(longs(1, 2, 7, 3))
            .with("mode", mode)
            .with("coordinate_transformation_mode", place);
      }
    }
    remarked("Resize", "by scales", normal(1, 2, 4, 5))
        .omitted()
        .constant(Tensor.ofFloats(Shape.of(4), 1, 1, 2, 2))
        .with("coordinate_transformation_mode", "asymmetric")
        .with("nearest_mode", "floor");
  }

  private void parts() {
    add("Concat", normal(2, 3), normal(2, 1), normal(2, 2)).with("axis", -1);
    add("Split", normal(2, 6)).with("axis", 1).outputs(3);
    remarked("Split", "by sizes", normal(7, 2)).constant(longs(1, 4, 2)).outputs(3);
    remarked("Split", "unequally", normal(7, 2)).with("num_outputs", 3).outputs(3).opset(18);
    add("Slice", normal(5, 6))
        .constant(longs(1, -2))
        .constant(longs(Long.MAX_VALUE, -5))
        .constant(longs(0, 1))
        .constant(longs(2, -1));
    remarked("Slice", "to the start", normal(5))
        .constant(longs(-1))
        .constant(longs(Long.MIN_VALUE))
        .constant(longs(0))
        .constant(longs(-2));
    remarked("Slice", "first axes", normal(5, 6)).constant(longs(1)).constant(longs(-1));
    remarked("Slice", "by attributes", normal(5, 6))
        .with("starts", new long[] {1})
        .with("ends", new long[] {4})
        .with("axes", new long[] {1})
        .opset(9);
  }

  private void indexing() {
    add("Gather", normal(4, 3), random.integers(-4, 4, 2, 5));
    remarked("Gather", "inner", normal(2, 4, 3), random.integers(0, 4, 2)).with("axis", 1);
    remarked("Gather", "one", normal(2, 4, 3)).constant(Tensor.scalar(-1L)).with("axis", -1);
    add("GatherElements", normal(4, 3), random.integers(-4, 4, 2, 3));
    for (String reduction : List.of("add", "max", "min", "mul")) {
      remarked(
              "ScatterElements",
              reduction,
              normal(3, 6),
              random.integers(-6, 6, 3, 4),
              normal(3, 4))
          .with("axis", 1)
          .with("reduction", reduction)
          .opset(18);
    }
    add("ScatterElements", normal(3, 6), Tensor.ofLongs(Shape.of(1, 3), 5, -6, 2), normal(1, 3))
        .with("axis", 1);
    add("OneHot", random.integers(-5, 5, 2, 3))
        .constant(Tensor.scalar(5L))
        .constant(Tensor.ofFloats(Shape.of(2), -1, 3));
    remarked("OneHot", "outer", random.integers(0, 7, 4))
        .constant(Tensor.scalar(5L))
        .constant(Tensor.ofFloats(Shape.of(2), 0, 1))
        .with("axis", 0);
    add("Trilu", normal(2, 4, 5));
    remarked("Trilu", "lower", normal(4, 4)).constant(Tensor.scalar(-1L)).with("upper", 0);
  }

  private void generators() {
    remarked("Constant", "tensor").with("value", Attribute.of(normal(2, 3)));
    remarked("Constant", "integer").with("value_int", 7);
    remarked("Constant", "integers").with("value_ints", new long[] {7, 8});
    remarked("Constant", "float").with("value_float", 0.5f);
    remarked("Constant", "floats").with("value_floats", new FloatsAttribute(List.of(1f, 2f)));
    add("ConstantOfShape").constant(longs(2, 3));
    remarked("ConstantOfShape", "with value")
        .constant(longs(3))
        .with("value", Attribute.of(longs(9)));
    remarked("Range", "up")
        .constant(Tensor.scalar(1L))
        .constant(Tensor.scalar(10L))
        .constant(Tensor.scalar(4L));
    remarked("Range", "down")
        .constant(Tensor.scalar(5L))
        .constant(Tensor.scalar(-2L))
        .constant(Tensor.scalar(-2L));
    remarked("Range", "of floats")
        .constant(Tensor.scalar(0f))
        .constant(Tensor.scalar(1f))
        .constant(Tensor.scalar(0.3f));
    add("Shape", normal(2, 3, 4));
    remarked("Shape", "part", normal(2, 3, 4)).with("start", -2).with("end", 2);
    add("Size", normal(2, 3, 4));
  }

  private OperatorCase add(String opType, Tensor... inputs) {
    return remarked(opType, "", inputs);
  }

  private OperatorCase remarked(String opType, String remark, Tensor... inputs) {
    OperatorCase made = OperatorCase.of(opType, remark, inputs);
    cases.add(made);
    return made;
  }

  private Tensor normal(long... shape) {
    return random.normal(shape);
  }

  private Tensor positive(long... shape) {
    return random.uniform(0.1, 3, shape);
  }

  private static Tensor longs(long... values) {
    return Tensor.ofLongs(Shape.of(values.length), values);
  }
}
