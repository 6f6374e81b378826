package dev.evenkeel.adapters.onnx.interpreter;

/** Activation functions; their parameters are attributes. */
final class Activations {
  private Activations() {}

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  static double hardSwish(double x) {
    return x * Math.max(0, Math.min(1, x / 6 + 0.5));
  }

  static double mish(double x) {
    return x * Math.tanh(softplus(x));
  }

  /** By the series with positive terms, Abramowitz and Stegun 7.1.6; exact to a few ulp. */
  static double erf(double x) {
    if (Math.abs(x) > 6) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  static Array celu(Call call) {
    double alpha = call.number("alpha", 1);
    return call.input(0).map(x -> Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha)));
  }

  static Array elu(Call call) {
    double alpha = call.number("alpha", 1);
    return call.input(0).map(x -> x < 0 ? alpha * Math.expm1(x) : x);
  }

  static Array gelu(Call call) {
    return switch (call.text("approximate", "none")) {
      case "none" -> call.input(0).map(x -> 0.5 * x * (1 + erf(x / Math.sqrt(2))));
      case "tanh" ->
          call.input(0)
              .map(
                  x ->
                      0.5
                          * x
                          * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))));
      default -> throw call.unsupported("approximate");
    };
  }

  static Array hardSigmoid(Call call) {
    double alpha = call.number("alpha", 0.2f);
    double beta = call.number("beta", 0.5f);
    return call.input(0).map(x -> Math.max(0, Math.min(1, alpha * x + beta)));
  }

  static Array leakyRelu(Call call) {
    double alpha = call.number("alpha", 0.01f);
    return call.input(0).map(x -> x < 0 ? alpha * x : x);
  }

  static Array selu(Call call) {
    double alpha = call.number("alpha", 1.6732632f);
    double gamma = call.number("gamma", 1.050701f);
    return call.input(0).map(x -> gamma * (x <= 0 ? alpha * Math.expm1(x) : x));
  }

  static Array thresholdedRelu(Call call) {
    double alpha = call.number("alpha", 1);
    return call.input(0).map(x -> x > alpha ? x : 0);
  }
}
