package dev.evenkeel.adapters.labelshift;

import java.util.Arrays;

/**
 * Whether the answers to a stream depend on their order: the correlation of each answer's
 * probabilities with those of the sample before, both less the mean of the samples lately. It is
 * about 0 where samples come in any order, whatever the network prefers to answer and however sure
 * it is of it; where they come in runs of a class it is the share of the answers' variance that the
 * class explains, as far as runs are not much longer than the mean's memory. What drifts slowly, as
 * domains do, adds little.
 *
 * @param mean {@code [classes]} of the probabilities lately
 * @param last {@code [classes]} probabilities of the last sample
 * @param meanWeight of the past in the mean, in samples
 * @param square mean square of the deviations from the mean, summed over classes
 * @param product the same of each deviation with that of the sample before
 * @param weight of the past in both, in samples
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
record AnswerOrder(
    double[] mean, double[] last, double meanWeight, double square, double product, double weight) {
  /** Mean square below which answers do not vary. */
  private static final double CONSTANT = 1e-9;

  static AnswerOrder start(int classes) {
    double[] even = new double[classes];
    Arrays.fill(even, 1.0 / classes);
    return new AnswerOrder(new double[classes], even, 0, 0, 0, 0);
  }

  /** In [-1, 1]. */
  double correlation() {
    return square < CONSTANT ? 0 : product / square;
  }

  /**
   * The order of a stream that goes on.
   *
   * @param probabilities {@code [samples, classes]}, the samples that come next
   * @param window samples over which the mean is followed
   * @param windows such windows over which the correlation is averaged
   */
  AnswerOrder after(double[] probabilities, int window, int windows) {
    int classes = mean.length;
    double[] nextMean = mean.clone();
    double[] before = last;
    int rowBefore = 0;
    double nextSquare = square;
    double nextProduct = product;
    double seen = meanWeight;
    double nextWeight = weight;
    for (int row = 0; row < probabilities.length; row += classes) {
      if (seen >= 1) {
        double own = 0;
        double shared = 0;
        for (int y = 0; y < classes; y++) {
          double deviation = probabilities[row + y] - nextMean[y];
          own += deviation * deviation;
          shared += deviation * (before[rowBefore + y] - nextMean[y]);
        }
        nextWeight = (1 - 1.0 / (windows * window)) * nextWeight + 1;
        nextSquare += (own - nextSquare) / nextWeight;
        nextProduct += (shared - nextProduct) / nextWeight;
      }
      seen = (1 - 1.0 / window) * seen + 1;
      for (int y = 0; y < classes; y++) {
        nextMean[y] += (probabilities[row + y] - nextMean[y]) / seen;
      }
      before = probabilities;
      rowBefore = row;
    }
    return new AnswerOrder(
        nextMean,
        Arrays.copyOfRange(before, rowBefore, rowBefore + classes),
        seen,
        nextSquare,
        nextProduct,
        nextWeight);
  }
}
