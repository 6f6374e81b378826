package dev.evenkeel.adapters.tta.selection;

/**
 * Keeps rows whose prediction depends on the shape of what they show: its probability drops by more
 * than the threshold when the sample is destroyed. Can weigh them by {@code exp(drop)}. DeYO itself
 * adds its two weights instead of multiplying them; that is {@link DeyoSelection}.
 */
public final class PlpdSelection implements Selection {
  private final double threshold;
  private final boolean weighted;

  /**
   * @param threshold of the drop of probability; above 1 nothing passes, below -1 everything
   * @param weighted whether rows with a larger drop weigh more
   */
  public PlpdSelection(double threshold, boolean weighted) {
    this.threshold = Rows.finite("Threshold of the probability drop", threshold);
    this.weighted = weighted;
  }

  @Override
  public Selected select(Signals signals, Selected before) {
    double[] drops = ProbabilityDrop.of(signals, before);
    return Rows.filter(
        before,
        row -> drops[row] > threshold,
        weighted ? row -> Math.exp(drops[row]) : Rows.UNWEIGHTED);
  }
}
