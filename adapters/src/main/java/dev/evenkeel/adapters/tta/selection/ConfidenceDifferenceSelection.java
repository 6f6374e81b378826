package dev.evenkeel.adapters.tta.selection;

import dev.evenkeel.adapters.tta.objective.Probabilities;

/**
 * Keeps rows of whose class the adapted model is at least as sure as the original one, the class
 * being the original's prediction (open-set TTA, Lee et al., ICCV 2023). Ties are kept: at first
 * both models are equal, and a strict comparison would keep nothing, for ever.
 */
public final class ConfidenceDifferenceSelection implements Selection {
  @Override
  public Selected select(Signals signals, Selected before) {
    Probabilities adapted = signals.adapted();
    Probabilities original = signals.original();
    return Rows.filter(
        before,
        row -> {
          int label = original.argMax(row);
          return adapted.probability(row, label) - original.probability(row, label) >= 0;
        },
        Rows.UNWEIGHTED);
  }
}
