package dev.evenkeel.jobs.quality;

/**
 * An answer that waits for its label, or has met it.
 *
 * @param label that was answered
 * @param sourceLabel of the frozen source model, negative if it did not run
 * @param confidence in the label
 * @param producedAt in milliseconds
 * @param met whether a label came already
 * @param segment key of its segment, 0 without segments
 */
record Answer(
    int label, int sourceLabel, float confidence, long producedAt, boolean met, long segment) {
  /** As it lies in Flink state. */
  long[] toLongs() {
    return new long[] {
      label, sourceLabel, Float.floatToIntBits(confidence), producedAt, met ? 1 : 0, segment
    };
  }

  /** The answer that {@link #toLongs} told, or an earlier release that knew no segments. */
  static Answer of(long[] longs) {
    return new Answer(
        (int) longs[0],
        (int) longs[1],
        Float.intBitsToFloat((int) longs[2]),
        longs[3],
        longs[4] != 0,
        longs.length > 5 ? longs[5] : 0);
  }

  Answer asMet() {
    return new Answer(label, sourceLabel, confidence, producedAt, true, segment);
  }
}
