package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.RandomTensors;
import java.util.ArrayList;
import java.util.List;

/** Collects gradient cases; families of operators add theirs. */
final class GradientCases {
  private final RandomTensors random;
  private final List<GradientCase> cases = new ArrayList<>();

  private GradientCases(RandomTensors random) {
    this.random = random;
  }

  static List<GradientCase> all(RandomTensors random) {
    GradientCases table = new GradientCases(random);
    ElementwiseGradientCases.add(table);
    PoolingGradientCases.add(table);
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
}
