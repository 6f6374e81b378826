package dev.evenkeel.adapters.tta.objective;

/** Losses that are sums over rows and, within a row, over classes. */
final class Rows {
  /** A row's part of the loss; adds its gradient, times the coefficient, from {@code begin} on. */
  interface RowLoss {
    double add(int row, double coefficient, double[] gradient, int begin);
  }

  /** A term of a row's loss as a function of one class's probability. */
  interface Term {
    double value(double probability, double logarithm);

    double slope(double probability, double logarithm);
  }

  private Rows() {}

  static Loss sum(Probabilities batch, double[] coefficients, RowLoss rowLoss) {
    if (coefficients.length != batch.rows()) {
      throw new IllegalArgumentException(
          coefficients.length + " coefficients for " + batch.rows() + " rows");
    }
    double value = 0;
    double[] gradient = new double[batch.rows() * batch.classes()];
    for (int row = 0; row < batch.rows(); row++) {
      double coefficient = coefficients[row];
      if (coefficient != 0) {
        value += coefficient * rowLoss.add(row, coefficient, gradient, row * batch.classes());
      }
    }
    return new Loss(value, gradient);
  }

  /**
   * A loss whose row is the sum over the classes of a term; by the chain rule through the softmax,
   * {@code dz_y = p_y (s_y - sum_i p_i s_i)} with the slopes {@code s}.
   */
  static Loss sumOverClasses(Probabilities batch, double[] coefficients, Term term) {
    int classes = batch.classes();
    return sum(
        batch,
        coefficients,
        (row, coefficient, gradient, begin) -> {
          double value = 0;
          double mean = 0;
          for (int label = 0; label < classes; label++) {
            double p = batch.probability(row, label);
            double logarithm = batch.logarithm(row, label);
            double slope = term.slope(p, logarithm);
            value += term.value(p, logarithm);
            mean += p * slope;
            gradient[begin + label] = slope;
          }
          for (int label = 0; label < classes; label++) {
            gradient[begin + label] =
                coefficient * batch.probability(row, label) * (gradient[begin + label] - mean);
          }
          return value;
        });
  }

  static void requireSameShape(Probabilities a, Probabilities b) {
    if (a.rows() != b.rows() || a.classes() != b.classes()) {
      throw new IllegalArgumentException(
          "Probabilities of "
              + a.rows()
              + " rows and "
              + a.classes()
              + " classes beside those of "
              + b.rows()
              + " and "
              + b.classes());
    }
  }
}
