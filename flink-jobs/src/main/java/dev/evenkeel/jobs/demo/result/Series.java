package dev.evenkeel.jobs.demo.result;

import java.util.List;

/**
 * Course of the run, in columns: entry i of each list describes the samples of a trailing window
 * that ends before {@code positions.get(i)} and reaches back over at most {@link #WINDOW} samples,
 * never into an earlier phase.
 *
 * @param positions ends of the windows
 * @param sourceErrorRates share of wrong answers of the source model, in [0, 1]
 * @param recipes one for each recipe, the judged one first
 * @param labelShares for each class: its share of the true labels of the samples since the position
 *     before, in [0, 1]
 */
public record Series(
    List<Integer> positions,
    List<Double> sourceErrorRates,
    List<OfRecipe> recipes,
    List<List<Double>> labelShares) {
  /** Length of a window in samples. */
  public static final int WINDOW = 500;

  /** Distance of the ends of two windows in samples. */
  public static final int STEP = 50;

  /**
   * One recipe over time.
   *
   * @param errorRates share of wrong answers, in [0, 1]
   * @param entropies mean entropy of the answers in nats
   * @param agreements share of samples on which recipe and source model agree, in [0, 1]
   * @param answerP50 median milliseconds from sending a sample to its answer
   * @param visibleP50 median milliseconds until the answer was visible to a read_committed consumer
   * @param visibleP99 99th percentile of the same
   */
  public record OfRecipe(
      List<Double> errorRates,
      List<Double> entropies,
      List<Double> agreements,
      List<Long> answerP50,
      List<Long> visibleP50,
      List<Long> visibleP99) {}
}
