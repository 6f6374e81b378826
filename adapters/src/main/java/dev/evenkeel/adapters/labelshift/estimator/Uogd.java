package dev.evenkeel.adapters.labelshift.estimator;

import dev.evenkeel.adapters.labelshift.adapter.LinearHead;

/**
 * Unbiased online gradient descent of a model's last layer (Bai, Zhang, Zhao, Sugiyama and Zhou,
 * NeurIPS 2022, equation 4): one step a batch on the hold-out weighted to the local estimate. Steps
 * are {@code 2 |W| / (G sqrt T)}, T a horizon that doubles whenever it is reached: a step for T = 1
 * would be as long as W. The prior that it tells is the mean of the estimates. State: steps, sum of
 * estimates, weight.
 */
public final class Uogd extends GuardedOnline implements HeadEstimator {
  private final HeadLoss loss;
  private final double rate;
  private final int horizon;

  /**
   * A learner for a stream.
   *
   * @param horizon steps that the first rate is tuned for, at least 1
   */
  Uogd(double[] source, HoldOut holdOut, LinearHead head, int horizon) {
    super("uogd", source);
    loss = new HeadLoss(holdOut, head, source());
    this.horizon = horizon;
    rate = 2 * loss.norm() / loss.steepest();
  }

  @Override
  public double[] start() {
    double[] state = new double[1 + classes() + loss.parameters()];
    System.arraycopy(loss.weight(), 0, state, 1 + classes(), loss.parameters());
    return state;
  }

  @Override
  double[] moved(double[] state, LabelEstimate local, double[] probabilities) {
    double[] next = state.clone();
    next[0]++;
    for (int y = 0; y < classes(); y++) {
      next[1 + y] += local.distribution()[y];
    }
    double[] weight = weight(state);
    double[] gradient = new double[weight.length];
    loss.lossAndGradient(weight, local.distribution(), gradient);
    long doubled = horizon;
    while (doubled < next[0]) {
      doubled *= 2;
    }
    double step = rate / Math.sqrt((double) doubled);
    System.arraycopy(loss.step(weight, gradient, step), 0, next, 1 + classes(), loss.parameters());
    return next;
  }

  @Override
  public double[] prior(double[] state) {
    return meanAt(state, state[0], 1);
  }

  @Override
  public double[] logits(double[] state, double[] features) {
    return loss.logits(weight(state), features);
  }

  private double[] weight(double[] state) {
    double[] weight = new double[loss.parameters()];
    System.arraycopy(state, 1 + classes(), weight, 0, weight.length);
    return weight;
  }
}
