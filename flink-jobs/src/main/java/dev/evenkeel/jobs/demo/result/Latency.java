package dev.evenkeel.jobs.demo.result;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * How long answers took.
 *
 * @param p50 median in milliseconds
 * @param p99 99th percentile in milliseconds
 */
public record Latency(long p50, long p99) {
  /** Of durations in milliseconds; zero if there are none. */
  static Latency of(LongStream millis) {
    long[] sorted = millis.sorted().toArray();
    return new Latency(quantile(sorted, 0.5), quantile(sorted, 0.99));
  }

  /** The smallest duration that at least this share of all do not exceed. */
  private static long quantile(long[] sorted, double share) {
    return Arrays.stream(sorted)
        .skip(Math.max(0, (long) Math.ceil(share * sorted.length) - 1))
        .findFirst()
        .orElse(0);
  }
}
