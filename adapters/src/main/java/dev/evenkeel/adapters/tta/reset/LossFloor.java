package dev.evenkeel.adapters.tta.reset;

import java.util.OptionalDouble;

/**
 * Resets when the moving average of the loss falls below a floor: a network that answers everything
 * with certainty has collapsed. The average is undefined at first and after a reset. Niu et al.,
 * "Towards Stable Test-Time Adaptation in Dynamic Wild World" (SAR), ICLR 2023.
 *
 * @param floor in nats, at least 0; the paper has 0.2
 */
public record LossFloor(double floor) {
  private static final double KEPT = 0.9;

  public LossFloor {
    if (!(floor >= 0 && floor < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Loss floor is " + floor + ", expected a finite number of at least 0");
    }
  }

  /**
   * The average after a loss: {@code 0.9 average + 0.1 loss}, or the loss itself if there was none.
   * Batches without a selected sample have no loss and are not averaged.
   *
   * @param average before, empty at first and after a reset
   * @param loss in nats, finite
   */
  public double next(OptionalDouble average, double loss) {
    if (!Double.isFinite(loss)) {
      throw new IllegalArgumentException(
          "Loss " + loss + " in the moving average, expected a finite number");
    }
    return average.isEmpty() ? loss : KEPT * average.getAsDouble() + (1 - KEPT) * loss;
  }

  /** Whether an average calls for a reset, after which it is undefined. */
  public boolean collapsed(double average) {
    return average < floor;
  }
}
