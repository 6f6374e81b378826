package dev.evenkeel.jobs.io;

import dev.evenkeel.v1.DeadLetter;

/** What became of a record. */
sealed interface ReadSample {
  /** It holds a sample. */
  record Accepted(StreamSample sample) implements ReadSample {}

  /** It is at fault, and kept. */
  record Refused(DeadLetter letter) implements ReadSample {}

  /**
   * Nothing yet: what it needs is out of reach, no fault of its own. Whoever gets this stops the
   * job before anything behind the record is answered or any checkpoint is past it.
   *
   * @param why for the log
   */
  record Unreachable(String why) implements ReadSample {}
}
