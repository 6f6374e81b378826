package dev.evenkeel.jobs.bench;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One measured figure.
 *
 * @param benchmark which benchmark it belongs to
 * @param name what was measured
 * @param batch samples in one operation
 * @param microsPerOperation median
 * @param operationsPerSecond samples or messages a second, from the median
 * @param baseline what the ratio refers to
 * @param ratio median over the rounds of the time of this to the time of the baseline; above 1 is
 *     slower
 * @param more what else was measured, by name with unit
 */
public record BenchRow(
    String benchmark,
    String name,
    int batch,
    double microsPerOperation,
    double operationsPerSecond,
    String baseline,
    double ratio,
    SortedMap<String, Double> more) {
  public BenchRow {
    more = Collections.unmodifiableSortedMap(new TreeMap<>(more));
  }

  static BenchRow of(
      String benchmark, int batch, String baseline, InterleavedTiming.Timing timing) {
    return new BenchRow(
        benchmark,
        timing.name(),
        batch,
        timing.nanosPerOperation() / 1e3,
        batch * 1e9 / timing.nanosPerOperation(),
        baseline,
        timing.ratio(),
        new TreeMap<>());
  }

  /** The same row with one more figure. */
  BenchRow with(String figure, double value) {
    SortedMap<String, Double> figures = new TreeMap<>(more);
    figures.put(figure, value);
    return new BenchRow(
        benchmark, name, batch, microsPerOperation, operationsPerSecond, baseline, ratio, figures);
  }
}
