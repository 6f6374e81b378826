package dev.evenkeel.adapters.tta.optimizer;

/**
 * Where sharpness-aware minimisation (Foret et al., ICLR 2021) takes its gradient: uphill of the
 * parameters, at a fixed distance. The step itself is an {@link Optimizer}'s, from the parameters.
 */
public final class SharpnessAware {
  private SharpnessAware() {}

  /**
   * {@code theta + rho g / (|g| + 1e-12)}, the norm taken over all parameters together.
   *
   * @param parameters {@code [parameters]}
   * @param gradient {@code [parameters]}
   * @param rho distance, above 0
   * @return a fresh array
   */
  public static float[] climb(float[] parameters, float[] gradient, double rho) {
    Range.positive("Rho", rho);
    if (gradient.length != parameters.length) {
      throw new IllegalArgumentException(
          "Gradient of length " + gradient.length + " for " + parameters.length + " parameters");
    }
    double square = 0;
    for (float slope : gradient) {
      square += (double) slope * slope;
    }
    double factor = rho / (Math.sqrt(square) + 1e-12);
    float[] climbed = new float[parameters.length];
    for (int i = 0; i < parameters.length; i++) {
      climbed[i] = (float) (parameters[i] + factor * gradient[i]);
    }
    return climbed;
  }
}
