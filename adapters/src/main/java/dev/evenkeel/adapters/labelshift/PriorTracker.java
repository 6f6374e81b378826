package dev.evenkeel.adapters.labelshift;

import java.util.Arrays;

/**
 * Follows the label distribution of a stream from its unlabelled answers, and says when to trust
 * it.
 *
 * <p><b>Estimate.</b> Online expectation maximisation at several rates: each expert corrects the
 * batch by its own prior and moves towards the mean of the corrected answers. The experts, and the
 * source prior among them, are weighted by how likely they made each batch before they saw it, with
 * a fixed share given back so that any can return (Herbster and Warmuth, Machine Learning 1998).
 *
 * <p><b>Gate.</b> Answers are corrected
 *
 * <ul>
 *   <li>with the weighted estimate, where label shift alone explains the stream ({@link
 *       SourceMoments}): the correction is then the Bayes rule;
 *   <li>else with a slow estimate, where the statistics of normalisation are those of the stream
 *       and the correction makes the answers likelier by a margin. The source model's own
 *       statistics under covariate shift push answers into a few classes, which looks like label
 *       shift and grows by correcting;
 *   <li>else not at all.
 * </ul>
 */
public final class PriorTracker {
  /** Samples that rates are meant for. */
  private static final double REFERENCE_BATCH = 64;

  private static final double[] RATES = {0.03, 0.1, 0.3, 0.7};

  /** The expert that corrects where covariates shift too. */
  private static final int SLOW = 2;

  private static final double SHARE = 0.02;
  private static final double FIRST_TRUST = 0.9;
  private static final double LEAST_EXPONENT = -50;
  private static final double MOMENT_RATE = 0.1;
  private static final int ITERATIONS = 60;

  /**
   * Products of an iteration grow with the square of the classes. With many of them the
   * explanation, which starts from that of the batch before, settles over several batches; until
   * then it leaves more than it must, and the gate stays closed.
   */
  private static final double PRODUCTS = 6e5;

  private static final int LEAST_ITERATIONS = 2;
  private static final double FLOOR = 1e-3;

  private final SourceMoments source;
  private final double[] prior;
  private final double residual;
  private final double evidence;
  private final boolean followed;

  /**
   * A tracker; thresholds say when its gate opens.
   *
   * @param residual largest residual of pure label shift, in standard deviations of the moments
   * @param evidence smallest gain in nats a sample that opens the gate under covariate shift
   * @param followed whether the statistics of normalisation are those of the stream's batches
   */
  public PriorTracker(SourceMoments source, double residual, double evidence, boolean followed) {
    this.source = source;
    prior = source.prior();
    this.residual = residual;
    this.evidence = evidence;
    this.followed = followed;
  }

  /** What every stream starts from: the source prior. */
  public TrackedPrior start() {
    double[][] experts = new double[RATES.length + 1][];
    Arrays.fill(experts, prior);
    double[] weights = new double[experts.length];
    Arrays.fill(weights, (1 - FIRST_TRUST) / RATES.length);
    weights[0] = FIRST_TRUST;
    return new TrackedPrior(
        prior, experts, weights, new double[3 * prior.length], 0, prior, Double.MAX_VALUE, 0);
  }

  /**
   * Learns from a batch.
   *
   * @param probabilities calibrated answers under the source prior, {@code [samples, classes]};
   *     rows that are not finite are left out
   */
  public TrackedPrior next(TrackedPrior before, double[] probabilities) {
    int classes = prior.length;
    double[] moments = new double[3 * classes];
    int samples = 0;
    int[] rows = finiteRows(probabilities);
    for (int row : rows) {
      source.addTo(moments, probabilities, row * classes);
      samples++;
    }
    if (samples == 0) {
      return before;
    }
    int experts = before.experts().length;
    double[] gains = new double[experts];
    double[][] moved = new double[experts][];
    moved[0] = prior;
    for (int k = 1; k < experts; k++) {
      double rate = rate(RATES[k - 1], samples);
      double[] mean = new double[classes];
      gains[k] = meanCorrected(probabilities, rows, before.experts()[k], mean);
      moved[k] = blend(before.experts()[k], mean, rate);
    }
    double pace = rate(MOMENT_RATE, samples);
    for (int i = 0; i < moments.length; i++) {
      moments[i] = (1 - pace) * before.moments()[i] + pace * moments[i] / samples;
    }
    double weight = (1 - pace) * before.momentWeight() + pace;
    double[] means = Arrays.stream(moments).map(moment -> moment / weight).toArray();
    SourceMoments.Explanation explanation =
        source.explain(means, before.explanation(), iterations());
    double gained = before.evidence() + pace * (gains[SLOW] - before.evidence());
    TrackedPrior after =
        new TrackedPrior(
            prior,
            moved,
            reweighted(before.weights(), gains, samples),
            moments,
            weight,
            explanation.weights(),
            explanation.residual(),
            gained);
    return gated(after);
  }

  private int iterations() {
    double affordable = PRODUCTS / ((double) prior.length * prior.length);
    return (int) Math.min(Math.max(affordable, LEAST_ITERATIONS), ITERATIONS);
  }

  /** Whether label shift alone explains the stream, so that an estimate can be trusted. */
  public boolean isExplained(TrackedPrior tracked) {
    return tracked.residual() < residual;
  }

  private TrackedPrior gated(TrackedPrior tracked) {
    double[] trusted = prior;
    if (isExplained(tracked)) {
      trusted = tracked.estimate();
    } else if (followed && tracked.evidence() > evidence) {
      trusted = tracked.experts()[SLOW];
    }
    return tracked.withPrior(trusted);
  }

  private int[] finiteRows(double[] probabilities) {
    int classes = prior.length;
    int[] rows = new int[probabilities.length / classes];
    int count = 0;
    for (int row = 0; row < rows.length; row++) {
      double sum = 0;
      for (int y = 0; y < classes; y++) {
        sum += probabilities[row * classes + y];
      }
      if (Double.isFinite(sum)) {
        rows[count++] = row;
      }
    }
    return Arrays.copyOf(rows, count);
  }

  /**
   * Mean of the answers corrected by a prior.
   *
   * @return mean log of what correcting multiplies their likelihood by
   */
  private double meanCorrected(double[] probabilities, int[] rows, double[] expert, double[] mean) {
    int classes = prior.length;
    double[] ratio = new double[classes];
    for (int y = 0; y < classes; y++) {
      ratio[y] = prior[y] > 0 ? expert[y] / prior[y] : 0;
    }
    double gain = 0;
    for (int row : rows) {
      int offset = row * classes;
      double sum = Math.max(InnerProduct.of(probabilities, offset, ratio), Double.MIN_NORMAL);
      gain += Math.log(sum);
      double share = 1 / (sum * rows.length);
      for (int y = 0; y < classes; y++) {
        mean[y] += probabilities[offset + y] * ratio[y] * share;
      }
    }
    return gain / rows.length;
  }

  /** One step towards a mean; no class that the source knows ever falls to zero. */
  private double[] blend(double[] before, double[] mean, double rate) {
    double[] after = new double[before.length];
    double sum = 0;
    for (int y = 0; y < after.length; y++) {
      double floor = prior[y] > 0 ? FLOOR / after.length : 0;
      after[y] = (1 - rate) * before[y] + rate * mean[y] + floor;
      sum += after[y];
    }
    for (int y = 0; y < after.length; y++) {
      after[y] /= sum;
    }
    return after;
  }

  private static double[] reweighted(double[] weights, double[] gains, int samples) {
    double best = Arrays.stream(gains).max().orElse(0);
    double[] after = new double[weights.length];
    double sum = 0;
    for (int k = 0; k < after.length; k++) {
      after[k] = weights[k] * Math.exp(Math.max(samples * (gains[k] - best), LEAST_EXPONENT));
      sum += after[k];
    }
    for (int k = 0; k < after.length; k++) {
      after[k] = (1 - SHARE) * after[k] / sum + SHARE / after.length;
    }
    return after;
  }

  private static double rate(double ofReferenceBatch, int samples) {
    return 1 - Math.pow(1 - ofReferenceBatch, samples / REFERENCE_BATCH);
  }
}
