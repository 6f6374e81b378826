package dev.evenkeel.adapters.tta.correction;

import java.util.Optional;

/**
 * Favours the classes that a batch shows: multiplies logits by the batch's mean probabilities,
 * smoothed towards uniform the more the fewer samples there are. Marsden et al., "Universal
 * Test-time Adaptation through Weight Ensembling, Diversity Weighting, and Prior Correction"
 * (ROID), WACV 2024, as its code does it.
 *
 * <p>As a factor on logits its effect depends on their sign: a negative logit of a likely class
 * moves less towards 0 than one of an unlikely class.
 */
public record BatchPrior() implements BatchCorrection {
  @Override
  public float[] correct(float[] logits, Optional<float[]> features, int samples, int classes) {
    Rows.check(logits, samples, classes);
    double[] prior = new double[classes];
    double[] probabilities = Rows.softmax(logits, classes);
    for (int i = 0; i < probabilities.length; i++) {
      prior[i % classes] += probabilities[i] / samples;
    }
    double largest = 0;
    for (double share : prior) {
      largest = Math.max(largest, share);
    }
    double smoothing = Math.max(1.0 / samples, 1.0 / classes) / largest;
    float[] corrected = new float[logits.length];
    for (int i = 0; i < corrected.length; i++) {
      double smoothed = (prior[i % classes] + smoothing) / (1 + smoothing * classes);
      corrected[i] = (float) (logits[i] * smoothed);
    }
    return corrected;
  }
}
