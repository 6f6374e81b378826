package dev.evenkeel.adapters.drift;

import dev.evenkeel.adapters.profile.SourceProfile;
import java.io.Serializable;
import java.util.Arrays;

/**
 * What windows are compared with.
 *
 * @param predicted source samples by predicted class
 * @param profile of the source
 */
@SuppressWarnings("ArrayRecordComponent") // Read by index, never compared.
public record DriftReference(long[] predicted, SourceProfile profile) implements Serializable {

  /** The reference that a profile holds. */
  public static DriftReference of(SourceProfile profile) {
    long[] predicted =
        Arrays.stream(profile.hardConfusion())
            .mapToLong(row -> Math.round(Arrays.stream(row).sum() * profile.samples()))
            .toArray();
    return new DriftReference(predicted, profile);
  }
}
