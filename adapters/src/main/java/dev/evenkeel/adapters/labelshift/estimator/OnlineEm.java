package dev.evenkeel.adapters.labelshift.estimator;

/**
 * Expectation maximisation, one step a batch: the prior moves towards the mean of the answers that
 * it corrects (stochastic form of {@link Mlls}, after Cappe and Moulines, JRSS B 2009). State: the
 * prior.
 */
final class OnlineEm extends GuardedOnline {
  private final Pace pace;
  private final PriorCorrection correction;

  OnlineEm(double[] source, Pace pace) {
    super("online-em", source);
    this.pace = pace;
    correction = new PriorCorrection(source);
  }

  @Override
  public double[] start() {
    return source();
  }

  @Override
  double[] moved(double[] state, LabelEstimate local, double[] probabilities) {
    PredictionBatch batch = PredictionBatch.of(probabilities, classes());
    double[] corrected = correction.correct(batch.probabilities(), state);
    double[] mean = new PredictionBatch(corrected, batch.samples(), classes()).mean(Vote.SOFT);
    return pace.step(state, normalised(mean), batch.samples());
  }

  @Override
  public double[] prior(double[] state) {
    return state.clone();
  }

  /** Answers for absent classes only count nowhere. */
  private static double[] normalised(double[] mean) {
    double sum = 0;
    for (double share : mean) {
      sum += share;
    }
    double[] shares = mean.clone();
    for (int y = 0; y < shares.length && sum > 0; y++) {
      shares[y] /= sum;
    }
    return shares;
  }
}
