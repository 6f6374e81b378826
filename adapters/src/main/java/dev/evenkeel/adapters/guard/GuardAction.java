package dev.evenkeel.adapters.guard;

import java.util.Locale;

/**
 * Something that a guard did.
 *
 * @param guard whose alarm it was
 * @param response what was done
 * @param value of the watched quantity then
 * @param threshold it was compared with
 */
public record GuardAction(Watch guard, Response response, double value, double threshold) {
  /** Why, with what was found and expected, for people. */
  public String reason() {
    return String.format(
        Locale.ROOT,
        "%s is %.4f, %s %.4f: %s",
        guard.what(),
        value,
        response == Response.RESUME ? "its alarm was over at" : "its threshold is",
        threshold,
        response.what());
  }
}
