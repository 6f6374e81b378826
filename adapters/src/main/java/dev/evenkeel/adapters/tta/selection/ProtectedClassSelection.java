package dev.evenkeel.adapters.tta.selection;

import dev.evenkeel.adapters.tta.objective.Probabilities;
import java.util.Set;

/**
 * Drops rows that the original model takes for a protected class and the adapted one does not:
 * learning from them would confirm the loss. The other way round is no reason to drop a row. After
 * the filter of open-set TTA (Lee et al., ICCV 2023), one-sided.
 */
public final class ProtectedClassSelection implements Selection {
  private final Set<Integer> guarded;

  public ProtectedClassSelection(Set<Integer> guarded) {
    this.guarded = Set.copyOf(guarded);
  }

  @Override
  public Selected select(Signals signals, Selected before) {
    Probabilities adapted = signals.adapted();
    Probabilities original = signals.original();
    return Rows.filter(
        before,
        row -> {
          int label = original.argMax(row);
          return !guarded.contains(label) || adapted.argMax(row) == label;
        },
        Rows.UNWEIGHTED);
  }
}
