package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.RandomTensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Collects gradient cases; families of operators add theirs. */
final class GradientCases {
  private static final double MARGIN = 0.01;

  private final RandomTensors random;
  private final List<GradientCase> cases = new ArrayList<>();
  private int calls;

  private GradientCases(RandomTensors random) {
    this.random = random;
  }

  static List<GradientCase> all(RandomTensors random) {
    GradientCases table = new GradientCases(random);
    ElementwiseGradientCases.add(table);
    ActivationGradientCases.add(table);
    MatrixGradientCases.add(table);
    ReductionGradientCases.add(table);
    NormalizationGradientCases.add(table);
    PoolingGradientCases.add(table);
    ConvolutionGradientCases.add(table);
    LayoutGradientCases.add(table);
    PartGradientCases.add(table);
    return table.cases;
  }

  GradientCase add(String opType, Tensor... inputs) {
    return remarked(opType, "", inputs);
  }

  GradientCase remarked(String opType, String remark, Tensor... inputs) {
    GradientCase made = GradientCase.of(opType, remark, inputs);
    cases.add(made);
    return made;
  }

  RandomTensors random() {
    return random;
  }

  Tensor normal(long... shape) {
    return random.normal(shape);
  }

  Tensor positive(long... shape) {
    return random.uniform(0.5, 2, shape);
  }

  /** Normal numbers with both signs, none close to a kink. */
  Tensor apart(List<Double> kinks, long... shape) {
    float[] values = random.normal(shape).toFloats();
    for (int i = 0; i < values.length; i++) {
      for (double kink : kinks) {
        if (Math.abs(values[i] - kink) < MARGIN) {
          values[i] = (float) (kink + 2 * MARGIN);
        }
      }
    }
    return Tensor.ofFloats(Shape.of(shape), values);
  }

  /**
   * Numbers around zero no two of which are close, nor close to zero, nor to those of the last
   * calls.
   */
  Tensor distinct(long... shape) {
    int size = Math.toIntExact(Shape.of(shape).size());
    List<Integer> order = new ArrayList<>(IntStream.range(0, size).boxed().toList());
    Collections.shuffle(order, random.random());
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (order.get(i) - size / 2 + 0.5f) / 8 + 0.007f * (calls % 7);
    }
    calls++;
    return Tensor.ofFloats(Shape.of(shape), values);
  }

  static Tensor longs(long... values) {
    return Tensor.ofLongs(Shape.of(values.length), values);
  }
}
