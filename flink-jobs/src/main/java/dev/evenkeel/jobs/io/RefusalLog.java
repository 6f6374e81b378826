package dev.evenkeel.jobs.io;

import dev.evenkeel.schemas.RejectionReason;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of the first record of each reason that an operator instance refuses. Without it, somebody
 * whose every sample is refused sees a job that runs and answers nothing. What the records hold is
 * not logged.
 */
final class RefusalLog {
  private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);

  private final Set<RejectionReason> seen = EnumSet.noneOf(RejectionReason.class);

  /** Takes note of a refused record; true if it is the first of its reason, and was logged. */
  boolean note(RejectionReason reason, RawRecord record) {
    if (!seen.add(reason)) {
      return false;
    }
    LOG.warn(
        "Refused as {}: the record at offset {} of partition {} of {}. Its dead letter says why;"
            + " further ones are counted in evenkeel_dead_letters_total{reason=\"{}\"} only",
        reason.label(),
        record.offset(),
        record.partition(),
        record.topic(),
        reason.label());
    return true;
  }
}
