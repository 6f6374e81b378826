package dev.evenkeel.adapters.tta.objective;

/**
 * Elastic weight consolidation as EATA uses it (Niu et al., ICML 2022): {@code lambda sum_i F_i
 * (theta_i - theta0_i)^2}, which holds the parameters that matter on source data near their source
 * values.
 */
public final class Ewc {
  private final double lambda;
  private final float[] fisher;
  private final float[] source;

  /**
   * @param lambda at least 0
   * @param fisher Fisher information of each parameter on source data, at least 0
   * @param source source values of the parameters
   */
  public Ewc(double lambda, float[] fisher, float[] source) {
    if (!(lambda >= 0 && lambda < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Lambda is " + lambda + ", expected a finite number of at least 0");
    }
    if (fisher.length != source.length) {
      throw new IllegalArgumentException(
          "Fisher information of " + fisher.length + " parameters, expected " + source.length);
    }
    for (float information : fisher) {
      if (!(information >= 0 && information < Float.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "Fisher information " + information + ", expected finite numbers of at least 0");
      }
    }
    this.lambda = lambda;
    this.fisher = fisher.clone();
    this.source = source.clone();
  }

  /**
   * @param parameters {@code [parameters]}
   * @return value and gradient {@code 2 lambda F (theta - theta0)}
   */
  public Loss of(float[] parameters) {
    if (parameters.length != source.length) {
      throw new IllegalArgumentException(
          parameters.length + " parameters, expected " + source.length);
    }
    double value = 0;
    double[] gradient = new double[parameters.length];
    for (int i = 0; i < parameters.length; i++) {
      double distance = (double) parameters[i] - source[i];
      value += lambda * fisher[i] * distance * distance;
      gradient[i] = 2 * lambda * fisher[i] * distance;
    }
    return new Loss(value, gradient);
  }
}
