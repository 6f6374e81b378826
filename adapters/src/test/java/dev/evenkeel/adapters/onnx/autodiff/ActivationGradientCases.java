package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.tensor.Tensor;
import java.util.List;

/** Cases of activation functions. */
final class ActivationGradientCases {
  private ActivationGradientCases() {}

  static void add(GradientCases table) {
    for (String opType : List.of("Erf", "Sigmoid", "Softplus", "Softsign", "Tanh")) {
      table.add(opType, table.normal(3, 4));
    }
    for (String opType : List.of("Celu", "Elu", "LeakyRelu", "Relu", "Selu")) {
      table.add(opType, table.distinct(3, 4));
    }
    for (String opType : List.of("Celu", "Elu", "LeakyRelu")) {
      table.remarked(opType, "with alpha", table.distinct(3, 4)).with("alpha", 0.3f);
    }
    table
        .remarked("Selu", "with scale", table.distinct(3, 4))
        .with("alpha", 1.1f)
        .with("gamma", 0.9f);
    table.add("ThresholdedRelu", table.apart(List.of(1.0), 3, 4));
    table
        .remarked("ThresholdedRelu", "with alpha", table.apart(List.of(0.3), 3, 4))
        .with("alpha", 0.3f);
    table.add("HardSigmoid", table.apart(List.of(-2.5, 2.5), 3, 4));
    table
        .remarked("HardSigmoid", "with slope", table.apart(List.of(-0.1, 0.9), 3, 4))
        .with("alpha", 1f)
        .with("beta", 0.1f);
    Tensor wide = table.random().uniform(-4, 4, 3, 8);
    table.add("HardSwish", wide);
    table.add("Mish", table.normal(3, 4)).opset(18);
    table.add("Gelu", table.normal(3, 4)).opset(20);
    table.remarked("Gelu", "by tanh", table.normal(3, 4)).with("approximate", "tanh").opset(20);
    table.add("PRelu", table.distinct(2, 3, 4), table.positive(3, 1));
    table.remarked("PRelu", "per channel", table.distinct(2, 3, 4, 2), table.positive(3, 1, 1));
  }
}
