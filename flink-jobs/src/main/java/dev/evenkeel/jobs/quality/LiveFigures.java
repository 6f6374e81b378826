package dev.evenkeel.jobs.quality;

import dev.evenkeel.adapters.drift.SegmentTable;

/**
 * What is counted of answers whose labels came.
 *
 * @param tally of the stream
 * @param segments of the stream, null if it is not divided
 */
record LiveFigures(LiveTally tally, SegmentTable segments) {
  /** See {@link LiveTally#add}. */
  void add(Answer answer, int label, long delayMillis) {
    tally.add(answer, label, delayMillis);
    if (segments != null) {
      segments.label(
          answer.segment(),
          answer.label() == label,
          answer.sourceLabel() >= 0,
          answer.sourceLabel() == label);
    }
  }
}
