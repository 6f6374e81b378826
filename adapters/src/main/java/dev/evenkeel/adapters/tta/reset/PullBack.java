package dev.evenkeel.adapters.tta.reset;

/**
 * After every step, draws parameters back to the source: what was learned decays unless the stream
 * keeps teaching it. Marsden et al., "Universal Test-time Adaptation through Weight Ensembling,
 * Diversity Weighting, and Prior Correction" (ROID), WACV 2024.
 *
 * @param share of the source, in [0, 1]; the paper has 0.01
 */
public record PullBack(double share) {
  public PullBack {
    Mixture.checkShare("Pull-back share", share);
  }

  /**
   * {@code (1 - share) theta + share theta0}.
   *
   * @param parameters {@code [parameters]}, after the step
   * @param source {@code [parameters]}
   * @return a fresh array
   */
  public float[] apply(float[] parameters, float[] source) {
    return Mixture.of(parameters, source, share);
  }
}
