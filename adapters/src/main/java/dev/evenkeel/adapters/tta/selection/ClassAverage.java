package dev.evenkeel.adapters.tta.selection;

import dev.evenkeel.adapters.tta.objective.Probabilities;
import java.util.Arrays;
import java.util.Optional;

/** The moving average of class probabilities that {@link Signals#classProbabilities()} shows. */
public final class ClassAverage {
  private static final double MOMENTUM = 0.9;

  private ClassAverage() {}

  /** Where ROID's average starts: every class alike. ETA's starts undefined. */
  public static float[] uniform(int classes) {
    float[] average = new float[classes];
    Arrays.fill(average, 1f / classes);
    return average;
  }

  /**
   * The average after a batch: {@code 0.9 q + 0.1 mean}, the mean itself where it was undefined,
   * and as before where no row counts.
   *
   * @param average {@code [classes]}, empty while undefined
   * @param batch probabilities of the batch
   * @param rows that count: ETA's are those finally selected, ROID's are all
   */
  public static Optional<float[]> update(
      Optional<float[]> average, Probabilities batch, boolean[] rows) {
    int classes = batch.classes();
    double[] mean = new double[classes];
    int count = 0;
    for (int row = 0; row < batch.rows(); row++) {
      if (rows[row]) {
        count++;
        for (int label = 0; label < classes; label++) {
          mean[label] += batch.probability(row, label);
        }
      }
    }
    if (count == 0) {
      return average;
    }
    float[] updated = new float[classes];
    for (int label = 0; label < classes; label++) {
      double now = mean[label] / count;
      updated[label] =
          (float)
              (average.isPresent() ? MOMENTUM * average.get()[label] + (1 - MOMENTUM) * now : now);
    }
    return Optional.of(updated);
  }
}
