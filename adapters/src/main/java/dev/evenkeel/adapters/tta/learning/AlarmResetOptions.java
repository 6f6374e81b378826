package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.drift.ChangeDetector;
import dev.evenkeel.adapters.drift.ChangeDetectors;
import dev.evenkeel.adapters.tta.Option;
import java.util.List;

/** Settings of resets by drift alarm, which every recipe that adapts can have. */
public final class AlarmResetOptions {
  public static final String NEVER = "never";
  public static final String ANY = "any";

  public static final Option<String> ON_ALARM =
      Option.choice(
          "reset.on-alarm",
          NEVER,
          List.of(ANY, "collapse", "covariate-shift", "label-shift", NEVER),
          "Alarm on which a stream starts again from the source state; the source model then"
              + " answers every batch too. All but 'collapse' need labelshift.source-profile.");
  public static final Option<String> DETECTOR =
      Option.choice(
          "reset.detector",
          "page-hinkley",
          ChangeDetectors.ALL.stream().map(ChangeDetector::name).toList(),
          "Test that raises the alarms.");

  public static final List<Option<?>> ALL = List.of(DETECTOR, ON_ALARM);

  private AlarmResetOptions() {}
}
