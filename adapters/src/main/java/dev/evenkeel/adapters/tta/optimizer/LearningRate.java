package dev.evenkeel.adapters.tta.optimizer;

/**
 * How the learning rate follows the number of samples that passed selection. With a mean loss, a
 * linear rule keeps the way a single sample moves the parameters constant, so throughput does not
 * change the speed of adaptation; adaptive optimisers want the square root.
 */
public enum LearningRate {
  /** The base rate always. */
  NONE,
  /** {@code rate * min(1, selected / reference)}, for SGD. */
  LINEAR,
  /** {@code rate * sqrt(min(1, selected / reference))}, for Adam. */
  SQRT;

  /**
   * @param base rate at {@code reference} samples and above
   * @param selected samples that passed selection, at least 0
   * @param reference batch size for which the base rate was chosen, at least 1
   */
  public double of(double base, int selected, int reference) {
    if (selected < 0 || reference < 1) {
      throw new IllegalArgumentException(
          "Learning rate for "
              + selected
              + " samples of "
              + reference
              + ", expected at least 0 of at least 1");
    }
    double share = Math.min(1, (double) selected / reference);
    return switch (this) {
      case NONE -> base;
      case LINEAR -> base * share;
      case SQRT -> base * Math.sqrt(share);
    };
  }
}
