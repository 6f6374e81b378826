package dev.evenkeel.adapters.tta.objective;

/**
 * Cross-entropy to a teacher's probabilities, which are constants: {@code -sum_n c_n sum_y t ln p},
 * with the gradient {@code dz = c (p - t)}. RoTTA's coefficients are its timeliness over the size
 * of the memory.
 */
public final class TeacherCrossEntropy implements Objective {
  private final Probabilities teacher;

  /**
   * @param teacher of the same rows and classes as the batch
   */
  public TeacherCrossEntropy(Probabilities teacher) {
    this.teacher = teacher;
  }

  @Override
  public Loss of(Probabilities batch, double[] coefficients) {
    Rows.requireSameShape(batch, teacher);
    return Rows.sum(
        batch,
        coefficients,
        (row, coefficient, gradient, begin) -> {
          double value = 0;
          for (int label = 0; label < batch.classes(); label++) {
            double target = teacher.probability(row, label);
            value -= target * batch.logarithm(row, label);
            gradient[begin + label] = coefficient * (batch.probability(row, label) - target);
          }
          return value;
        });
  }
}
