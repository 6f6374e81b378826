package dev.evenkeel.adapters.drift;

/**
 * Finds the moment from which values are of another mean. A function: all it remembers is in an
 * array of numbers, so that it can be kept and continued exactly. Values lie in [0, 1] unless a
 * detector says otherwise; after an alarm it starts again from what it then sees.
 */
public interface ChangeDetector {
  /** Lower-case with hyphens, as alarms tell it. */
  String name();

  /**
   * The state before the first value.
   *
   * @param expected mean that values have without a change; NaN where it is to be learned from the
   *     first of them
   */
  double[] start(double expected);

  /**
   * Looks at a value.
   *
   * @param state {@link #start} or that of the value before; left as it is
   * @param value finite; others are to be left out by the caller
   */
  Detection next(double[] state, double value);

  /**
   * What a detector makes of a value.
   *
   * @param state for the next one
   * @param alarm whether the mean changed
   * @param statistic of the test, in units of the detector
   * @param threshold that raises the alarm
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  record Detection(double[] state, boolean alarm, double statistic, double threshold) {}
}
