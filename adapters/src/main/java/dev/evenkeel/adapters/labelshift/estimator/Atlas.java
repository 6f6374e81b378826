package dev.evenkeel.adapters.labelshift.estimator;

import dev.evenkeel.adapters.labelshift.adapter.LinearHead;

/**
 * Adapting to label shift: {@link Uogd} learners at rates a factor 2 apart, mixed by exponential
 * weights of their losses (ATLAS; Bai, Zhang, Zhao, Sugiyama and Zhou, NeurIPS 2022, algorithm 1).
 * The prior that it tells is the mean of the estimates. State: steps, sum of estimates, sum of
 * losses of each learner, weight of each learner; meant for small heads.
 */
public final class Atlas extends GuardedOnline implements HeadEstimator {
  private final HeadLoss loss;
  private final double[] rates;
  private final double temper;

  /**
   * Learners for a stream.
   *
   * @param horizon steps that rates are tuned for, at least 1
   */
  Atlas(SourceConfusion confusion, HoldOut holdOut, LinearHead head, int horizon) {
    super("atlas", confusion.prior());
    loss = new HeadLoss(holdOut, head, source());
    double[] values = confusion.singularValues();
    double slowest =
        loss.norm()
            * values[values.length - 1]
            / (loss.steepest() * Math.sqrt((double) classes() * horizon));
    int learners = 1 + (int) Math.ceil(0.5 * Math.log(1 + 2.0 * horizon) / Math.log(2));
    rates = new double[learners];
    for (int i = 0; i < learners; i++) {
      rates[i] = Math.scalb(slowest, i);
    }
    temper = 2 * Math.sqrt(Math.log(learners) / horizon);
  }

  @Override
  public double[] start() {
    double[] state = new double[weightOffset(rates.length)];
    for (int i = 0; i < rates.length; i++) {
      System.arraycopy(loss.weight(), 0, state, weightOffset(i), loss.parameters());
    }
    return state;
  }

  @Override
  double[] moved(double[] state, LabelEstimate local, double[] probabilities) {
    double[] next = state.clone();
    next[0]++;
    for (int y = 0; y < classes(); y++) {
      next[1 + y] += local.distribution()[y];
    }
    for (int i = 0; i < rates.length; i++) {
      double[] weight = new double[loss.parameters()];
      System.arraycopy(state, weightOffset(i), weight, 0, weight.length);
      double[] gradient = new double[weight.length];
      next[1 + classes() + i] += loss.lossAndGradient(weight, local.distribution(), gradient);
      System.arraycopy(
          loss.step(weight, gradient, rates[i]), 0, next, weightOffset(i), weight.length);
    }
    return next;
  }

  @Override
  public double[] prior(double[] state) {
    return meanAt(state, state[0], 1);
  }

  @Override
  public double[] logits(double[] state, double[] features) {
    double[] mixed = new double[loss.parameters()];
    double[] shares = shares(state);
    for (int i = 0; i < shares.length; i++) {
      for (int p = 0; p < mixed.length; p++) {
        mixed[p] += shares[i] * state[weightOffset(i) + p];
      }
    }
    return loss.logits(mixed, features);
  }

  /** Trust in each learner, sum 1. */
  double[] shares(double[] state) {
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < rates.length; i++) {
      least = Math.min(least, state[1 + classes() + i]);
    }
    double[] shares = new double[rates.length];
    double sum = 0;
    for (int i = 0; i < shares.length; i++) {
      shares[i] = Math.exp(-temper * (state[1 + classes() + i] - least));
      sum += shares[i];
    }
    for (int i = 0; i < shares.length; i++) {
      shares[i] /= sum;
    }
    return shares;
  }

  private int weightOffset(int learner) {
    return 1 + classes() + rates.length + learner * loss.parameters();
  }
}
