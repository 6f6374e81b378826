package dev.evenkeel.adapters.tta.selection;

import dev.evenkeel.adapters.tta.objective.Probabilities;
import java.util.Arrays;

/**
 * ROID (Marsden et al., WACV 2024): diversity is {@code 1 - cos(q, p)} with the moving average of
 * the class probabilities (uniform while undefined), certainty is minus the entropy, both scaled to
 * [0, 1] over the batch. Keeps rows at least as diverse as the mean and weighs them by {@code
 * exp(diversity certainty / temperature)}. Where all rows are alike nothing can be scaled: all are
 * kept, with weight 1.
 */
public final class DiversityCertaintySelection implements Selection {
  private final double temperature;

  /**
   * @param temperature above 0; ROID has 1/3
   */
  public DiversityCertaintySelection(double temperature) {
    this.temperature = Rows.positive("Temperature", temperature);
  }

  @Override
  public Selected select(Signals signals, Selected before) {
    Probabilities adapted = signals.adapted();
    float[] average =
        signals.classProbabilities().orElseGet(() -> ClassAverage.uniform(adapted.classes()));
    int rows = adapted.rows();
    double[] diversity = new double[rows];
    double[] certainty = new double[rows];
    for (int row = 0; row < rows; row++) {
      diversity[row] = 1 - Cosine.of(average, adapted, row);
      certainty[row] = -adapted.entropy(row);
    }
    if (!scale(diversity) || !scale(certainty)) {
      return Rows.filter(before, row -> !Double.isNaN(adapted.entropy(row)), Rows.UNWEIGHTED);
    }
    double mean =
        Arrays.stream(diversity).filter(value -> !Double.isNaN(value)).average().orElse(0);
    return Rows.filter(
        before,
        row -> diversity[row] >= mean,
        row -> Math.exp(diversity[row] * certainty[row] / temperature));
  }

  /** Brings the smallest number to 0 and the largest to 1; false if they are equal. */
  private static boolean scale(double[] values) {
    double smallest = Double.POSITIVE_INFINITY;
    double largest = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      if (!Double.isNaN(value)) {
        smallest = Math.min(smallest, value);
        largest = Math.max(largest, value);
      }
    }
    double range = largest - smallest;
    if (!(range > 0)) {
      return false;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = (values[i] - smallest) / range;
    }
    return true;
  }
}
