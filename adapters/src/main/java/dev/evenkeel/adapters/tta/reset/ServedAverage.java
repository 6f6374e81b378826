package dev.evenkeel.adapters.tta.reset;

/**
 * Serves an average of source and adapted parameters while the adapted ones go on learning apart.
 * Wortsman et al., "Robust fine-tuning of zero-shot models" (WiSE-FT), CVPR 2022.
 *
 * @param sourceShare in [0, 1]; 0 serves the adapted, 1 the source parameters
 */
public record ServedAverage(double sourceShare) {
  public ServedAverage {
    Mixture.checkShare("Share of the source parameters", sourceShare);
  }

  /**
   * {@code (1 - sourceShare) theta + sourceShare theta0}.
   *
   * @param adapted {@code [parameters]}
   * @param source {@code [parameters]}
   * @return a fresh array
   */
  public float[] apply(float[] adapted, float[] source) {
    return Mixture.of(adapted, source, sourceShare);
  }
}
