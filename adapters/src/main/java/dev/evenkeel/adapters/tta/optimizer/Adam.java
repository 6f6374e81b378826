package dev.evenkeel.adapters.tta.optimizer;

import java.util.Map;

/**
 * Steps by the moments of the gradient, corrected for their start at zero (Kingma and Ba, ICLR
 * 2015): {@code m <- b1 m + (1-b1) g}, {@code v <- b2 v + (1-b2) g^2}, {@code theta <- theta - rate
 * (m/(1-b1^t)) / (sqrt(v/(1-b2^t)) + epsilon)}.
 */
public final class Adam implements Optimizer {
  private static final String FIRST = "first-moment";
  private static final String SECOND = "second-moment";

  private final double beta1;
  private final double beta2;
  private final double epsilon;

  /**
   * @param beta1 in [0, 1)
   * @param beta2 in [0, 1)
   * @param epsilon above 0
   */
  public Adam(double beta1, double beta2, double epsilon) {
    this.beta1 = Range.halfOpen("Beta 1", beta1, 0, 1);
    this.beta2 = Range.halfOpen("Beta 2", beta2, 0, 1);
    this.epsilon = Range.positive("Epsilon", epsilon);
  }

  @Override
  public Moved step(
      float[] parameters, float[] gradient, double learningRate, OptimizerState state) {
    state.check(parameters, gradient, learningRate, FIRST, SECOND);
    float[] firstBefore = state.vector(FIRST, parameters.length);
    float[] secondBefore = state.vector(SECOND, parameters.length);
    double steps = state.steps() + 1.0;
    double firstCorrection = 1 - Math.pow(beta1, steps);
    double secondCorrection = 1 - Math.pow(beta2, steps);
    float[] first = new float[parameters.length];
    float[] second = new float[parameters.length];
    float[] moved = new float[parameters.length];
    for (int i = 0; i < parameters.length; i++) {
      double slope = gradient[i];
      double mean = beta1 * firstBefore[i] + (1 - beta1) * slope;
      double square = beta2 * secondBefore[i] + (1 - beta2) * slope * slope;
      first[i] = (float) mean;
      second[i] = (float) square;
      double scale = Math.sqrt(square / secondCorrection) + epsilon;
      moved[i] = (float) (parameters[i] - learningRate * (mean / firstCorrection) / scale);
    }
    return new Moved(moved, state.next(Map.of(FIRST, first, SECOND, second)));
  }
}
