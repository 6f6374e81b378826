package dev.evenkeel.jobs.step;

/**
 * When a stream was used.
 *
 * @param last time of its last batch in milliseconds: the clock's, or in deterministic batching the
 *     stream's own event time; {@link #NO_TIME} before the first
 * @param checkAt when the clock is to look whether it is idle; {@link #NO_TIME} if it will not
 */
record Usage(long last, long checkAt) {
  static final long NO_TIME = Long.MIN_VALUE;
  static final Usage NEVER = new Usage(NO_TIME, NO_TIME);

  static Usage of(long[] written) {
    return new Usage(written[0], written[1]);
  }

  /** As it lies in Flink state. */
  long[] toLongs() {
    return new long[] {last, checkAt};
  }
}
