package dev.evenkeel.adapters.guard;

import java.util.Arrays;
import java.util.List;

/** What a guard does when it is alarmed. */
public enum Response {
  /** Nothing; the guard does not watch. */
  OFF("off", "nothing"),
  /** Tells it. */
  WARN("warn", "nothing is changed"),
  /** Keeps the state as it is until the alarm is over; the adapted model goes on answering. */
  FREEZE("freeze", "the state stays as it is"),
  /** Sends the state back to its start. */
  RESET("reset", "the state is the initial one again"),
  /** Sends the state back to the last copy that was taken without any alarm. */
  ROLL_BACK("roll-back", "the state is that of the last copy without alarm again"),
  /** Lets the source model answer until the alarm is over; the state goes on adapting. */
  FALL_BACK("fall-back", "the source model answers"),
  /** The end of a freeze or a fall-back; no guard is set to it. */
  RESUME("resume", "the adapted model answers and adapts again");

  private final String label;
  private final String what;

  Response(String label, String what) {
    this.label = label;
    this.what = what;
  }

  /** What it amounts to, for reasons. */
  String what() {
    return what;
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
