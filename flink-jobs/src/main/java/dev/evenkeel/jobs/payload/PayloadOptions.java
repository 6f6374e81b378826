package dev.evenkeel.jobs.payload;

import java.io.Serializable;
import java.time.Duration;

/**
 * Where payloads may be fetched from, and how.
 *
 * @param allowed what else is named is refused; if it is nothing, nothing is fetched
 * @param timeout of one attempt
 * @param patience how long a store that does not answer is asked again
 * @param inFlight most payloads that one task fetches at a time, at least 1
 */
public record PayloadOptions(AllowedUris allowed, Duration timeout, Duration patience, int inFlight)
    implements Serializable {
  public PayloadOptions {
    if (inFlight < 1) {
      throw new IllegalArgumentException("inFlight is " + inFlight + ", expected at least 1");
    }
  }

  public boolean areOn() {
    return !allowed.places().isEmpty();
  }
}
