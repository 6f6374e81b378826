package dev.evenkeel.adapters.tta.optimizer;

import java.util.Map;

/**
 * Gradient descent with momentum, as PyTorch defines it: {@code v <- momentum v + g} (on the first
 * step {@code v = g}), then {@code theta <- theta - rate v}; the Nesterov form moves by {@code g +
 * momentum v}. Weight decay adds {@code decay theta} to the gradient first.
 */
public final class Sgd implements Optimizer {
  private static final String MOMENTUM = "momentum";

  private final double momentum;
  private final boolean nesterov;
  private final double weightDecay;

  /**
   * @param momentum in [0, 1)
   * @param nesterov needs a momentum above 0
   * @param weightDecay at least 0
   */
  public Sgd(double momentum, boolean nesterov, double weightDecay) {
    this.momentum = Range.halfOpen("Momentum", momentum, 0, 1);
    this.nesterov = nesterov;
    this.weightDecay = Range.halfOpen("Weight decay", weightDecay, 0, Double.POSITIVE_INFINITY);
    if (nesterov && momentum == 0) {
      throw new IllegalArgumentException(
          "Nesterov's form without momentum; expected a momentum above 0");
    }
  }

  @Override
  public Moved step(
      float[] parameters, float[] gradient, double learningRate, OptimizerState state) {
    state.check(
        parameters, gradient, learningRate, momentum > 0 ? new String[] {MOMENTUM} : new String[0]);
    float[] before =
        momentum > 0 ? state.vector(MOMENTUM, parameters.length) : new float[parameters.length];
    float[] after = new float[parameters.length];
    float[] moved = new float[parameters.length];
    for (int i = 0; i < parameters.length; i++) {
      double slope = gradient[i] + weightDecay * parameters[i];
      double velocity = momentum * before[i] + slope;
      after[i] = (float) velocity;
      double direction = nesterov ? slope + momentum * velocity : velocity;
      moved[i] = (float) (parameters[i] - learningRate * direction);
    }
    return new Moved(moved, state.next(momentum > 0 ? Map.of(MOMENTUM, after) : Map.of()));
  }
}
