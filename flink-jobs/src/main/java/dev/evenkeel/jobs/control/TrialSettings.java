package dev.evenkeel.jobs.control;

import dev.evenkeel.v1.ControlCommand;
import dev.evenkeel.v1.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a swap asks for a trial, among the settings of its command.
 *
 * @param share of streams, or of batches, in (0, 1]
 * @param isShadow whether the candidate's answers are compared and not published
 */
public record TrialSettings(double share, boolean isShadow) {
  /** Share of streams that the candidate serves. */
  public static final String CANARY = "canary.share";

  /** Share of batches that the candidate answers unseen. */
  public static final String SHADOW = "shadow.share";

  /** What a command asks for; empty if it swaps at once. */
  static Optional<TrialSettings> of(ControlCommand command) {
    Map<String, String> settings = toMap(command);
    if (settings.containsKey(CANARY)) {
      return Optional.of(new TrialSettings(Double.parseDouble(settings.get(CANARY)), false));
    }
    return Optional.ofNullable(settings.get(SHADOW))
        .map(share -> new TrialSettings(Double.parseDouble(share), true));
  }

  /** What is wrong with the settings of a swap; empty if nothing is. */
  static List<String> problems(ControlCommand command) {
    List<String> problems = new ArrayList<>();
    for (Setting setting : command.getSettings()) {
      String key = setting.getKey();
      if (!key.equals(CANARY) && !key.equals(SHADOW)) {
        problems.add(
            "setting '%s' is none of a swap, expected %s or %s".formatted(key, CANARY, SHADOW));
      } else if (!isShare(setting.getValue())) {
        problems.add(
            "%s is '%s', expected more than 0 and at most 1".formatted(key, setting.getValue()));
      }
    }
    if (command.getSettings().size() > 1) {
      problems.add("a swap has %d settings, expected one".formatted(command.getSettings().size()));
    }
    return problems;
  }

  private static boolean isShare(String text) {
    try {
      double share = Double.parseDouble(text);
      return share > 0 && share <= 1;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** The settings of a command; of one given twice the last. */
  static Map<String, String> toMap(ControlCommand command) {
    Map<String, String> settings = new LinkedHashMap<>();
    command.getSettings().forEach(setting -> settings.put(setting.getKey(), setting.getValue()));
    return settings;
  }
}
