package dev.evenkeel.adapters.tta.objective;

/**
 * NOTE's loss (Gong et al., NeurIPS 2022): {@code -p ln(p + 1e-6)}, averaged over the classes too;
 * with coefficients 1/N that is its mean over rows and classes.
 */
public final class SmoothedEntropy implements Objective {
  private static final double FLOOR = 1e-6;

  @Override
  public Loss of(Probabilities batch, double[] coefficients) {
    double classes = batch.classes();
    return Rows.sumOverClasses(
        batch,
        coefficients,
        new Rows.Term() {
          @Override
          public double value(double p, double logarithm) {
            return -p * Math.log(p + FLOOR) / classes;
          }

          @Override
          public double slope(double p, double logarithm) {
            return -(Math.log(p + FLOOR) + p / (p + FLOOR)) / classes;
          }
        });
  }
}
