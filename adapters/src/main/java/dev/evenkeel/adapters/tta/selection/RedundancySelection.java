package dev.evenkeel.adapters.tta.selection;

import dev.evenkeel.adapters.tta.objective.Probabilities;
import java.util.Optional;

/**
 * Keeps rows whose probabilities point elsewhere than their moving average, {@code |cos(q, p)| <
 * margin} (ETA, Niu et al., ICML 2022). Keeps everything while the average is undefined.
 */
public final class RedundancySelection implements Selection {
  private final double margin;

  /**
   * @param margin in (0, 1]
   */
  public RedundancySelection(double margin) {
    if (!(margin > 0 && margin <= 1)) {
      throw new IllegalArgumentException(
          "Redundancy margin is " + margin + ", expected a number in (0, 1]");
    }
    this.margin = margin;
  }

  @Override
  public Selected select(Signals signals, Selected before) {
    Optional<float[]> average = signals.classProbabilities();
    if (average.isEmpty()) {
      return before;
    }
    Probabilities adapted = signals.adapted();
    return Rows.filter(
        before, row -> Math.abs(Cosine.of(average.get(), adapted, row)) < margin, Rows.UNWEIGHTED);
  }
}
