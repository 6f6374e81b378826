package dev.evenkeel.adapters.drift;

import java.util.List;

/**
 * The detectors of {@link ShiftWatch}, by name, set for values in [0, 1] that are each the mean of
 * a block of samples.
 */
public final class ChangeDetectors {
  /** All of them, sorted by name. */
  public static final List<ChangeDetector> ALL =
      List.of(new Adwin(0.002), new BettingDetector(1e-4, 0.1, 5), new PageHinkley(0.1, 0.3, 1, 4));

  private ChangeDetectors() {}

  /**
   * The detector of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static ChangeDetector named(String name) {
    return ALL.stream()
        .filter(detector -> detector.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Change detector '"
                        + name
                        + "', expected one of "
                        + ALL.stream().map(ChangeDetector::name).toList()));
  }
}
