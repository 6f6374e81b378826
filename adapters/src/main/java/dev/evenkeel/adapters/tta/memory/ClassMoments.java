package dev.evenkeel.adapters.tta.memory;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.StateDict;
import java.util.Map;

/**
 * What the samples of each class did to every channel lately: per class a moving average of means
 * and mean squares, and how many samples stand behind it. Statistics are the average over classes,
 * each alike, so that they do not move with the label distribution (the class-balanced
 * normalisation of Su et al., "Towards Real-World Test-Time Adaptation: Tri-Net Self-Training with
 * Balanced Normalization", AAAI 2024, without gradients); what has not been seen is taken to be as
 * the source has it.
 *
 * <pre>
 *   statistics = (k + u empty) source + sum_y n_y moments_y, over the sum of the weights
 *   n_y        = min(samples of class y, capacity) exp(-samples since then / staleness)
 * </pre>
 *
 * <p>A class that has not come for long fades without the source in its place: where the input has
 * moved and answers have collapsed into few classes, the others would hold the old statistics, and
 * the collapse, up for ever.
 *
 * <p>Changed in place while a batch is taken in.
 */
public final class ClassMoments {
  /** Entry float {@code [slots, channels]}. */
  public static final String MEANS = "memory.class-means";

  /** Entry float {@code [slots, channels]}. */
  public static final String SQUARES = "memory.class-squares";

  /** Entry double {@code [slots]}. */
  public static final String SAMPLES = "memory.class-samples";

  /** Entry double {@code [slots]}: samples of the stream since one of the class. */
  public static final String AGES = "memory.class-ages";

  /** Weight of the source in the place of a class without samples, in full classes. */
  private static final double UNSEEN = 1.5;

  /** Shares of a sample below this tell nothing about a class. */
  private static final double LEAST_SHARE = 1e-4;

  private final int slots;
  private final int channels;
  private final double capacity;
  private final double sourceWeight;
  private final double staleness;
  private final float[] means;
  private final float[] squares;
  private final double[] samples;
  private final double[] ages;

  /**
   * Takes up what a state holds.
   *
   * @param capacity samples of a class that count at most, at least 1
   * @param sourceWeight samples that the source statistics count as, at least 0
   * @param staleness samples of the stream after which a class that has not come weighs 1/e
   */
  public ClassMoments(StateDict state, double capacity, double sourceWeight, double staleness) {
    means = state.get(MEANS).toFloats();
    squares = state.get(SQUARES).toFloats();
    samples = state.get(SAMPLES).toDoubles();
    ages = state.get(AGES).toDoubles();
    slots = samples.length;
    channels = means.length / slots;
    this.capacity = capacity;
    this.sourceWeight = sourceWeight;
    this.staleness = staleness;
  }

  /** The entries of a stream that has seen nothing. */
  public static Map<String, Tensor> start(int slots, int channels) {
    float[] nothing = new float[slots * channels];
    double[] none = new double[slots];
    return entries(slots, channels, nothing, nothing, none, none);
  }

  /** The entries now. */
  public Map<String, Tensor> toEntries() {
    return entries(slots, channels, means, squares, samples, ages);
  }

  private static Map<String, Tensor> entries(
      int slots, int channels, float[] means, float[] squares, double[] samples, double[] ages) {
    return Map.of(
        MEANS, Tensor.ofFloats(Shape.of(slots, channels), means.clone()),
        SQUARES, Tensor.ofFloats(Shape.of(slots, channels), squares.clone()),
        SAMPLES, Tensor.ofDoubles(Shape.of(slots), samples.clone()),
        AGES, Tensor.ofDoubles(Shape.of(slots), ages.clone()));
  }

  /**
   * Takes in a sample.
   *
   * @param classes shares of the sample {@code [.., classes]} from {@code row * count} on, sum 1; a
   *     class beyond the slots shares one with others
   * @param count number of classes
   * @param sampleMeans {@code [.., channels]} over the positions of a sample
   * @param sampleSquares {@code [.., channels]}
   */
  public void add(
      double[] classes, int count, int row, float[] sampleMeans, float[] sampleSquares) {
    double[] shares = classes;
    int from = row * count;
    if (count != slots) {
      shares = new double[slots];
      from = 0;
      for (int y = 0; y < count; y++) {
        shares[y % slots] += classes[row * count + y];
      }
    }
    for (int y = 0; y < slots; y++) {
      double share = shares[from + y];
      ages[y] = (1 - share) * (ages[y] + 1);
      if (share > LEAST_SHARE) {
        samples[y] += share;
        follow(means, y, share / samples[y], sampleMeans, row);
        follow(squares, y, share / samples[y], sampleSquares, row);
      }
    }
  }

  private void follow(float[] average, int slot, double weight, float[] values, int row) {
    float step = (float) weight;
    for (int c = 0; c < channels; c++) {
      int at = slot * channels + c;
      average[at] += step * (values[row * channels + c] - average[at]);
    }
  }

  /** Lets what comes count for more than what was beyond the capacity. */
  public void forget() {
    for (int y = 0; y < slots; y++) {
      samples[y] = Math.min(samples[y], capacity);
    }
  }

  /**
   * Statistics to normalise with.
   *
   * @param sourceMeans {@code [channels]}
   * @param sourceVariances {@code [channels]}
   * @return means, then variances
   */
  public float[][] statistics(float[] sourceMeans, float[] sourceVariances) {
    double source = sourceWeight;
    double seen = 0;
    double[] weights = new double[slots];
    for (int y = 0; y < slots; y++) {
      double recent = Math.min(samples[y], capacity);
      weights[y] = recent * Math.exp(-ages[y] / staleness);
      seen += weights[y];
      source += UNSEEN * (capacity - recent);
    }
    if (seen == 0) {
      return new float[][] {sourceMeans.clone(), sourceVariances.clone()};
    }
    double[] mean = new double[channels];
    double[] square = new double[channels];
    double share = source / (source + seen);
    for (int c = 0; c < channels; c++) {
      double of = sourceMeans[c];
      mean[c] = share * of;
      square[c] = share * (sourceVariances[c] + of * of);
    }
    for (int y = 0; y < slots; y++) {
      double weight = weights[y] / (source + seen);
      for (int c = 0; weight > 0 && c < channels; c++) {
        mean[c] += weight * means[y * channels + c];
        square[c] += weight * squares[y * channels + c];
      }
    }
    float[][] statistics = new float[2][channels];
    for (int c = 0; c < channels; c++) {
      statistics[0][c] = (float) mean[c];
      statistics[1][c] = (float) Math.max(0, square[c] - mean[c] * mean[c]);
    }
    return statistics;
  }
}
