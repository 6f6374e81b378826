package dev.evenkeel.adapters.labelshift.estimator;

/** The mean of the last estimates. State: count, then a ring of estimates. */
final class FixedWindow extends GuardedOnline {
  private final int width;

  /**
   * A window.
   *
   * @param width estimates that it holds, at least 1
   */
  FixedWindow(double[] source, int width) {
    super("window", source);
    if (width < 1) {
      throw new IllegalArgumentException("Window is " + width + " wide, expected at least 1");
    }
    this.width = width;
  }

  @Override
  public double[] start() {
    return new double[1 + width * classes()];
  }

  @Override
  double[] moved(double[] state, LabelEstimate local, double[] probabilities) {
    double[] next = state.clone();
    int slot = (int) (state[0] % width);
    System.arraycopy(local.distribution(), 0, next, 1 + slot * classes(), classes());
    next[0]++;
    return next;
  }

  @Override
  public double[] prior(double[] state) {
    int held = (int) Math.min(state[0], width);
    double[] sums = new double[classes()];
    for (int slot = 0; slot < held; slot++) {
      for (int y = 0; y < classes(); y++) {
        sums[y] += state[1 + slot * classes() + y];
      }
    }
    return meanAt(sums, held, 0);
  }
}
