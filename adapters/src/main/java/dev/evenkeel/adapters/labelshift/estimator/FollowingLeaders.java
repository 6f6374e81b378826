package dev.evenkeel.adapters.labelshift.estimator;

import java.util.Arrays;

/**
 * Follow the leading history over follow-the-leader experts (FLH-FTL; Baby, Garg, Yen,
 * Balakrishnan, Lipton and Wang, NeurIPS 2023, algorithm 2): at each step an expert is born that
 * averages the estimates since, and experts are weighted by how well they foretold.
 *
 * <p>An expert born at step {@code r 2^k}, r odd, foretells {@code 2^(k+2) + 1} steps and dies
 * (Hazan and Seshadhri, ICML 2009, section 4), so that of t experts some {@code 2 log2 t} live.
 * State: steps, then birth, weight and sum of estimates of each living expert, oldest first.
 */
final class FollowingLeaders extends GuardedOnline {
  private final double rate;

  FollowingLeaders(double[] source) {
    super("flh-ftl", source);
    rate = 1.0 / source.length;
  }

  @Override
  public double[] start() {
    return new double[1];
  }

  @Override
  boolean fits(double[] state) {
    return state.length % (2 + classes()) == 1;
  }

  @Override
  double[] moved(double[] state, LabelEstimate local, double[] probabilities) {
    double[] estimate = local.distribution();
    int block = 2 + classes();
    long step = (long) state[0] + 1;
    double[] grown = Arrays.copyOf(state, state.length + block);
    grown[0] = step;
    double total = 0;
    for (int at = 1; at < state.length; at += block) {
      grown[at + 1] *= Math.exp(-rate * squaredDistance(state, at, estimate));
      total += grown[at + 1];
    }
    for (int at = 1; at < state.length; at += block) {
      grown[at + 1] *= step / (step + 1.0) / total;
    }
    grown[state.length] = step;
    grown[state.length + 1] = 1 / (step + 1.0);
    int length = 1;
    double kept = 0;
    for (int at = 1; at < grown.length; at += block) {
      if (dead((long) grown[at], step)) {
        continue;
      }
      for (int y = 0; y < estimate.length; y++) {
        grown[at + 2 + y] += estimate[y];
      }
      kept += grown[at + 1];
      System.arraycopy(grown, at, grown, length, block);
      length += block;
    }
    double[] next = Arrays.copyOf(grown, length);
    for (int at = 1; at < length; at += block) {
      next[at + 1] /= kept;
    }
    return next;
  }

  @Override
  public double[] prior(double[] state) {
    if (state.length == 1) {
      return source();
    }
    double[] prior = new double[classes()];
    for (int at = 1; at < state.length; at += 2 + classes()) {
      double seen = state[0] - state[at] + 1;
      for (int y = 0; y < prior.length; y++) {
        prior[y] += state[at + 1] * state[at + 2 + y] / seen;
      }
    }
    return prior;
  }

  /** Whether an expert has no step to foretell after this one. */
  private static boolean dead(long birth, long step) {
    long lifetime = 4 * Long.lowestOneBit(birth) + 1;
    return step - birth >= lifetime;
  }

  private static double squaredDistance(double[] state, int at, double[] estimate) {
    double seen = state[0] - state[at] + 1;
    double sum = 0;
    for (int y = 0; y < estimate.length; y++) {
      double difference = state[at + 2 + y] / seen - estimate[y];
      sum += difference * difference;
    }
    return sum;
  }
}
