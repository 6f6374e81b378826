package dev.evenkeel.adapters.labelshift.estimator;

/**
 * The mean of all estimates so far (FTH; Wu, Guo, Su and Weinberger, NeurIPS 2021, section 3.3).
 * State: count, sum of each class.
 */
final class FollowTheHistory extends GuardedOnline {
  FollowTheHistory(double[] source) {
    super("fth", source);
  }

  @Override
  public double[] start() {
    return new double[1 + classes()];
  }

  @Override
  double[] moved(double[] state, LabelEstimate local, double[] probabilities) {
    double[] next = state.clone();
    next[0]++;
    for (int y = 0; y < classes(); y++) {
      next[1 + y] += local.distribution()[y];
    }
    return next;
  }

  @Override
  public double[] prior(double[] state) {
    return meanAt(state, state[0], 1);
  }
}
