package dev.evenkeel.adapters.drift;

/**
 * A change detector that fired.
 *
 * @param detector its name
 * @param signal what it watched, lower-case with hyphens
 * @param event what the alarm means
 * @param value of the test statistic, in units of the detector
 * @param threshold that was crossed
 */
public record ShiftAlarm(
    String detector, String signal, Event event, double value, double threshold) {

  /** What an alarm means. */
  public enum Event {
    /** The samples of a class look different. */
    COVARIATE_SHIFT,
    /** Other classes come, looking as before. */
    LABEL_SHIFT,
    /** The adapted model answers with fewer and fewer classes than the source model. */
    COLLAPSE,
    /** Some segment of the samples is answered worse than before, or than the rest. */
    SEGMENT_DEGRADATION,
    /** Adaptation loses a protected class. */
    CLASS_LOSS;

    /** Lower-case with hyphens. */
    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }
}
