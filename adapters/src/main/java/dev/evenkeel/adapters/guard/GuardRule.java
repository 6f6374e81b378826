package dev.evenkeel.adapters.guard;

/**
 * How one quantity is guarded.
 *
 * @param response to an alarm
 * @param threshold of the quantity, see {@link Watch}
 * @param window samples that the quantity is averaged over, at least 1
 */
public record GuardRule(Response response, double threshold, int window) {
  public GuardRule {
    if (response == Response.RESUME || !Double.isFinite(threshold) || window < 1) {
      throw new IllegalArgumentException(
          "A guard with response " + response + ", threshold " + threshold + ", window " + window);
    }
  }

  public boolean isOn() {
    return response != Response.OFF;
  }
}
