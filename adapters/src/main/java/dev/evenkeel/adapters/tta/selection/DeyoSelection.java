package dev.evenkeel.adapters.tta.selection;

import dev.evenkeel.adapters.tta.objective.Probabilities;
import java.util.function.IntToDoubleFunction;

/**
 * DeYO (Lee et al., ICLR 2024): keeps confident rows, {@code H < margin ln Y}, whose prediction's
 * probability drops by more than a threshold when the sample is destroyed. Only confident rows are
 * destroyed. Weighs a row by {@code exp(centre ln Y - H) + exp(drop)}, a sum of which either term
 * can be switched off; without both the weight is 1.
 */
public final class DeyoSelection implements Selection {
  private final Selection confident;
  private final double centre;
  private final double threshold;
  private final boolean entropyWeight;
  private final boolean dropWeight;

  /**
   * @param margin above 0, in units of ln Y, with Y classes
   * @param centre in units of ln Y, the entropy whose term is 1
   * @param threshold of the drop of probability; above 1 nothing passes, below -1 everything
   * @param entropyWeight whether the weight has the entropy's term
   * @param dropWeight whether the weight has the term of the drop
   */
  public DeyoSelection(
      double margin, double centre, double threshold, boolean entropyWeight, boolean dropWeight) {
    this.confident = new EntropySelection(margin, false, centre);
    this.centre = centre;
    this.threshold = Rows.finite("Threshold of the probability drop", threshold);
    this.entropyWeight = entropyWeight;
    this.dropWeight = dropWeight;
  }

  @Override
  public Selected select(Signals signals, Selected before) {
    Selected asked = confident.select(signals, before);
    double[] drops = ProbabilityDrop.of(signals, asked);
    return Rows.filter(asked, row -> drops[row] > threshold, weight(signals.adapted(), drops));
  }

  private IntToDoubleFunction weight(Probabilities adapted, double[] drops) {
    if (!entropyWeight && !dropWeight) {
      return Rows.UNWEIGHTED;
    }
    double unit = Math.log(adapted.classes());
    return row ->
        (entropyWeight ? Math.exp(centre * unit - adapted.entropy(row)) : 0)
            + (dropWeight ? Math.exp(drops[row]) : 0);
  }
}
