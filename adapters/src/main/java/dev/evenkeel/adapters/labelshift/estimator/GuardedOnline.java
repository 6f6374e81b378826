package dev.evenkeel.adapters.labelshift.estimator;

/** What online estimators share: refused estimates move nothing, foreign states are refused. */
abstract class GuardedOnline implements OnlineEstimator {
  private final String name;
  private final double[] source;

  GuardedOnline(String name, double[] source) {
    this.name = name;
    this.source = source.clone();
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final double[] next(double[] state, LabelEstimate local, double[] probabilities) {
    if (!fits(state) || local.distribution().length != source.length) {
      throw new IllegalArgumentException(
          "State of %d values and estimate of %d classes do not fit %s over %d classes; start again"
              .formatted(state.length, local.distribution().length, name, source.length));
    }
    return local.refused() ? state.clone() : moved(state, local, probabilities);
  }

  /** The source prior. */
  final double[] source() {
    return source.clone();
  }

  final int classes() {
    return source.length;
  }

  /** Whether a state can be this estimator's. */
  boolean fits(double[] state) {
    return state.length == start().length;
  }

  /** The next state; the estimate is not refused. */
  abstract double[] moved(double[] state, LabelEstimate local, double[] probabilities);

  /** Mean of estimates whose count and sum lie in a state; the source prior if there are none. */
  final double[] meanAt(double[] state, double count, int offset) {
    double[] mean = source();
    for (int y = 0; y < mean.length && count > 0; y++) {
      mean[y] = state[offset + y] / count;
    }
    return mean;
  }
}
