package dev.evenkeel.store;

import java.time.Duration;

/**
 * Which snapshots of a stream are kept: the newest ones, and those that are young.
 *
 * @param newest how many at least, at least 1
 * @param younger age below which all are kept; not negative
 */
public record SnapshotRetention(int newest, Duration younger) {
  public SnapshotRetention {
    if (newest < 1 || younger.isNegative()) {
      throw new IllegalArgumentException(
          "retention keeps %d snapshots and those younger than %s, expected at least 1 and 0s"
              .formatted(newest, younger));
    }
  }
}
