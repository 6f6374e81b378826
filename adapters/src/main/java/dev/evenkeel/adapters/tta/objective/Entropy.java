package dev.evenkeel.adapters.tta.objective;

/**
 * Entropy minimisation (TENT, Wang et al., ICLR 2021): {@code sum_n c_n H(p_n)}, with the gradient
 * {@code dz = -c p (ln p + H)}.
 */
public final class Entropy implements Objective {
  @Override
  public Loss of(Probabilities batch, double[] coefficients) {
    return Rows.sum(
        batch,
        coefficients,
        (row, coefficient, gradient, begin) -> {
          double entropy = batch.entropy(row);
          for (int label = 0; label < batch.classes(); label++) {
            gradient[begin + label] =
                -coefficient
                    * batch.probability(row, label)
                    * (batch.logarithm(row, label) + entropy);
          }
          return entropy;
        });
  }
}
