package dev.evenkeel.it;

import java.time.Duration;

/**
 * How long tests wait for something that must happen: a limit for broken builds, no expectation.
 */
final class Waiting {
  static final Duration LIMIT = Duration.ofMinutes(2);

  private Waiting() {}
}
