package dev.evenkeel.adapters.labelshift.estimator;

/** Exponential moving average of the estimates. State: the prior. */
final class MovingAverage extends GuardedOnline {
  private final Pace pace;

  MovingAverage(double[] source, Pace pace) {
    super("ema", source);
    this.pace = pace;
  }

  @Override
  public double[] start() {
    return source();
  }

  @Override
  double[] moved(double[] state, LabelEstimate local, double[] probabilities) {
    return pace.step(state, local.distribution(), local.samples());
  }

  @Override
  public double[] prior(double[] state) {
    return state.clone();
  }
}
