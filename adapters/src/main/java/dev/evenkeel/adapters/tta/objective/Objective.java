package dev.evenkeel.adapters.tta.objective;

/**
 * What the logits of a batch are to minimise. Its gradient with respect to the logits is the seed
 * of the backward pass.
 */
@FunctionalInterface
public interface Objective {
  /**
   * @param batch probabilities of the logits that are differentiated
   * @param coefficients factor of each row's loss, constant for differentiation, {@code [rows]}:
   *     weight over denominator, 0 for a row that was not selected. A row of coefficient 0 gets no
   *     gradient, whatever its logits. Terms of the whole batch ({@link MeanEntropy}) ignore them.
   * @return value and gradient {@code [rows * classes]}
   * @throws IllegalArgumentException if the number of coefficients is not the number of rows
   */
  Loss of(Probabilities batch, double[] coefficients);

  /** This and another one, added. */
  default Objective plus(Objective other) {
    return (batch, coefficients) -> of(batch, coefficients).plus(other.of(batch, coefficients));
  }
}
