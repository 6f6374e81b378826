package dev.evenkeel.adapters.tta.objective;

/**
 * The soft likelihood ratio of ROID (Marsden et al., WACV 2024): {@code -sum_y q ln(q/(1-q) +
 * 1e-5)} with {@code q = min(p, 0.99)}. Unlike entropy its slope does not fade for confident rows;
 * a class above the clip has none.
 */
public final class SoftLikelihoodRatio implements Objective {
  private static final double CLIP = 0.99;
  private static final double FLOOR = 1e-5;

  @Override
  public Loss of(Probabilities batch, double[] coefficients) {
    return Rows.sumOverClasses(
        batch,
        coefficients,
        new Rows.Term() {
          @Override
          public double value(double p, double logarithm) {
            double q = Math.min(p, CLIP);
            return -q * Math.log(q / (1 - q) + FLOOR);
          }

          @Override
          public double slope(double p, double logarithm) {
            if (p > CLIP) {
              return 0;
            }
            double odds = p / (1 - p) + FLOOR;
            return -(Math.log(odds) + p / (odds * (1 - p) * (1 - p)));
          }
        });
  }
}
