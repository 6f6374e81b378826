package dev.evenkeel.adapters.labelshift.estimator;

import dev.evenkeel.adapters.labelshift.SimplexProjection;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Re-weighting by online gradient descent (Wu, Guo, Su and Weinberger, NeurIPS 2021, algorithm 1):
 * the prior descends the expected loss {@code sum over y of l[y] (1 - recall_y(q))}, where recall
 * is the mean probability of the true class on the hold-out corrected by q. What it finds is the
 * prior that corrects best, which is more extreme than the label distribution where classes
 * overlap.
 *
 * <p>Steps are {@code sqrt(2 / T) / G} with G the largest gradient of 100 random priors and T
 * doubling whenever it is reached. State: steps taken, prior.
 */
final class Rogd extends GuardedOnline {
  private static final int DRAWS = 100;
  private static final double LEAST_EVIDENCE = 1e-12;

  private final HoldOut holdOut;
  private final int[] counts;
  private final double steepest;

  Rogd(double[] source, HoldOut holdOut) {
    super("rogd", source);
    this.holdOut = holdOut;
    counts = holdOut.counts();
    steepest = steepest();
  }

  @Override
  public double[] start() {
    double[] state = new double[1 + classes()];
    System.arraycopy(source(), 0, state, 1, classes());
    return state;
  }

  @Override
  double[] moved(double[] state, LabelEstimate local, double[] probabilities) {
    double[] next = new double[state.length];
    next[0] = state[0] + 1;
    double step = Math.sqrt(2.0 / Long.highestOneBit((long) next[0])) / steepest;
    double[] prior = prior(state);
    double[][] slopes = recallSlopes(prior);
    for (int y = 0; y < prior.length; y++) {
      for (int k = 0; k < prior.length; k++) {
        prior[k] += step * local.distribution()[y] * slopes[y][k];
      }
    }
    System.arraycopy(projected(prior), 0, next, 1, prior.length);
    return next;
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

  /**
   * The loss is linear in the labels, so its gradient is longest where they are all of one class.
   * Draws are dealt out by rank of the source prior, so that renaming classes changes nothing.
   */
  private double steepest() {
    double[] source = source();
    int[] ranked =
        IntStream.range(0, source.length)
            .boxed()
            .sorted((a, b) -> Double.compare(source[a], source[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    Random random = new Random(DRAWS);
    double longest = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      double[] prior = new double[source.length];
      double sum = 0;
      for (int y : ranked) {
        prior[y] = source[y] > 0 ? -Math.log(1 - random.nextDouble()) : 0;
        sum += prior[y];
      }
      for (int y = 0; y < prior.length; y++) {
        prior[y] /= sum;
      }
      for (double[] slope : recallSlopes(prior)) {
        double square = 0;
        for (double value : slope) {
          square += value * value;
        }
        longest = Math.max(longest, Math.sqrt(square));
      }
    }
    return Math.max(longest, LEAST_EVIDENCE);
  }
}
