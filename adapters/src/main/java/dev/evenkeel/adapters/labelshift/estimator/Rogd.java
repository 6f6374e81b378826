package dev.evenkeel.adapters.labelshift.estimator;

import dev.evenkeel.adapters.labelshift.SimplexProjection;
import java.util.stream.IntStream;

/**
 * Re-weighting by online gradient descent (Wu, Guo, Su and Weinberger, NeurIPS 2021, algorithm 1):
 * the prior descends the expected loss {@code sum over y of l[y] (1 - recall_y(q))}, where recall
 * is the mean probability of the true class on the hold-out corrected by q. What it finds is the
 * prior that corrects best, which is more extreme than the label distribution where classes
 * overlap.
 *
 * <p>Steps are {@code 0.1 / sqrt(sum of squared gradients so far)} (McMahan and Streeter, COLT
 * 2010), which keeps the regret of the paper's {@code sqrt(2 / T) / G} up to a factor and needs
 * neither T nor G. With G the largest gradient of random priors the loss, which is steep without
 * bound where a share is nearly zero, made steps a thousand times too small to follow anything.
 * State: sum of squared gradients, prior.
 */
final class Rogd extends GuardedOnline {
  private static final double FIRST_STEP = 0.1;
  private static final double LEAST_EVIDENCE = 1e-12;

  private final HoldOut holdOut;
  private final int[] counts;

  Rogd(double[] source, HoldOut holdOut) {
    super("rogd", source);
    this.holdOut = holdOut;
    counts = holdOut.counts();
  }

  @Override
  public double[] start() {
    double[] state = new double[1 + classes()];
    System.arraycopy(source(), 0, state, 1, classes());
    return state;
  }

  @Override
  double[] moved(double[] state, LabelEstimate local, double[] probabilities) {
    double[] prior = prior(state);
    double[] slope = slope(local.distribution(), prior);
    double squares = state[0];
    for (double value : slope) {
      squares += value * value;
    }
    for (int k = 0; k < prior.length && squares > 0; k++) {
      prior[k] += FIRST_STEP / Math.sqrt(squares) * slope[k];
    }
    double[] next = new double[state.length];
    next[0] = squares;
    System.arraycopy(projected(prior), 0, next, 1, prior.length);
    return next;
  }

  /** Slope of the expected recall over labels, along the simplex of the classes that there are. */
  private double[] slope(double[] labels, double[] prior) {
    double[] source = source();
    double[][] slopes = recallSlopes(prior);
    double[] slope = new double[prior.length];
    double mean = 0;
    int present = 0;
    for (int k = 0; k < slope.length; k++) {
      for (int y = 0; y < slope.length; y++) {
        slope[k] += labels[y] * slopes[y][k];
      }
      mean += source[k] > 0 ? slope[k] : 0;
      present += source[k] > 0 ? 1 : 0;
    }
    for (int k = 0; k < slope.length; k++) {
      slope[k] = source[k] > 0 ? slope[k] - mean / present : 0;
    }
    return slope;
  }

  @Override
  public double[] prior(double[] state) {
    double[] prior = new double[classes()];
    System.arraycopy(state, 1, prior, 0, prior.length);
    return prior;
  }

  /** The nearest prior that gives nothing to classes that the source does not have. */
  private double[] projected(double[] prior) {
    double[] source = source();
    int[] present = IntStream.range(0, prior.length).filter(y -> source[y] > 0).toArray();
    double[] near =
        SimplexProjection.project(IntStream.of(present).mapToDouble(y -> prior[y]).toArray());
    double[] full = new double[prior.length];
    for (int k = 0; k < present.length; k++) {
      full[present[k]] = near[k];
    }
    return full;
  }

  /** Expected share of wrong answers where labels follow one distribution, corrected by another. */
  double loss(double[] labels, double[] prior) {
    double[] evidence = new double[classes()];
    double loss = 1;
    for (int i = 0; i < holdOut.labels().length; i++) {
      int y = holdOut.labels()[i];
      double sum = evidence(i, prior, evidence);
      loss -= labels[y] / counts[y] * evidence[y] * prior[y] / sum;
    }
    return loss;
  }

  /** Slope of the recall of each class along each share of the prior. */
  double[][] recallSlopes(double[] prior) {
    double[] evidence = new double[classes()];
    double[][] slopes = new double[classes()][classes()];
    for (int i = 0; i < holdOut.labels().length; i++) {
      int y = holdOut.labels()[i];
      double sum = evidence(i, prior, evidence);
      double scale = evidence[y] / sum / counts[y];
      slopes[y][y] += scale;
      for (int k = 0; k < prior.length; k++) {
        slopes[y][k] -= scale * prior[y] * evidence[k] / sum;
      }
    }
    return slopes;
  }

  /** Fills in the answer over the source prior, and returns its mean under a prior. */
  private double evidence(int sample, double[] prior, double[] evidence) {
    double[] source = source();
    double sum = LEAST_EVIDENCE;
    for (int k = 0; k < prior.length; k++) {
      evidence[k] =
          source[k] > 0 ? holdOut.probabilities()[sample * prior.length + k] / source[k] : 0;
      sum += evidence[k] * prior[k];
    }
    return sum;
  }
}
