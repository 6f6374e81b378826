package dev.evenkeel.adapters.tta.selection;

import dev.evenkeel.adapters.tta.objective.Probabilities;

/**
 * Keeps confident rows, {@code H < margin ln Y} (SAR, Niu et al., ICLR 2023; ETA, Niu et al., ICML
 * 2022). ETA weighs them by {@code exp(centre ln Y - H)}.
 */
public final class EntropySelection implements Selection {
  private final double margin;
  private final boolean weighted;
  private final double centre;

  /**
   * @param margin above 0, in units of ln Y, with Y classes
   * @param weighted whether confident rows weigh more
   * @param centre in units of ln Y, the entropy that has weight 1
   */
  public EntropySelection(double margin, boolean weighted, double centre) {
    this.margin = Rows.positive("Entropy margin", margin);
    this.weighted = weighted;
    this.centre = Rows.positive("Weight centre", centre);
  }

  @Override
  public Selected select(Signals signals, Selected before) {
    Probabilities adapted = signals.adapted();
    double unit = Math.log(adapted.classes());
    return Rows.filter(
        before,
        row -> adapted.entropy(row) < margin * unit,
        weighted ? row -> Math.exp(centre * unit - adapted.entropy(row)) : Rows.UNWEIGHTED);
  }
}
