package dev.evenkeel.adapters.guard;

import java.util.Arrays;
import java.util.List;

/** What a guard does when it is alarmed. */
public enum Response {
  /** Nothing; the guard does not watch. */
  OFF("off"),
  /** Tells it. */
  WARN("warn"),
  /** Keeps the state as it is until the alarm is over; the adapted model goes on answering. */
  FREEZE("freeze"),
  /** Sends the state back to its start. */
  RESET("reset"),
  /** Sends the state back to the last copy that was taken without any alarm. */
  ROLL_BACK("roll-back"),
  /** Lets the source model answer until the alarm is over; the state goes on adapting. */
  FALL_BACK("fall-back"),
  /** The end of a freeze or a fall-back; no guard is set to it. */
  RESUME("resume");

  private final String label;

  Response(String label) {
    this.label = label;
  }

  /** Lower-case with hyphens, as settings, records and metrics name it. */
  public String label() {
    return label;
  }

  /** What a guard can be set to. */
  public static List<String> choices() {
    return Arrays.stream(values()).filter(r -> r != RESUME).map(Response::label).toList();
  }

  /**
   * The response of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Response of(String label) {
    return Arrays.stream(values())
        .filter(response -> response.label.equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No response '" + label + "'"));
  }
}
