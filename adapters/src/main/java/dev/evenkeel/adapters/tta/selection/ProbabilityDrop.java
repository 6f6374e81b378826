package dev.evenkeel.adapters.tta.selection;

import dev.evenkeel.adapters.tta.objective.Probabilities;

/**
 * How much the probability of the predicted class drops when the sample is destroyed (PLPD of DeYO,
 * Lee et al., ICLR 2024): {@code p_c - p'_c} with the class of the sample as it came. In (-1, 1);
 * NaN for rows that were not asked for, and where the destroyed sample gave non-finite logits.
 */
final class ProbabilityDrop {
  private ProbabilityDrop() {}

  static double[] of(Signals signals, Selected asked) {
    Probabilities adapted = signals.adapted();
    double[] drops = new double[adapted.rows()];
    Probabilities destroyed = asked.count() > 0 ? signals.destroyed(asked.kept()) : null;
    for (int row = 0; row < drops.length; row++) {
      drops[row] = Double.NaN;
      if (asked.kept()[row]) {
        int label = adapted.argMax(row);
        drops[row] = adapted.probability(row, label) - destroyed.probability(row, label);
      }
    }
    return drops;
  }
}
