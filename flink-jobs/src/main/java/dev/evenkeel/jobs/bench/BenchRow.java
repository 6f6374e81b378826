package dev.evenkeel.jobs.bench;

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
 */
public record BenchRow(
    String benchmark,
    String name,
    int batch,
    double microsPerOperation,
    double operationsPerSecond,
    String baseline,
    double ratio) {

  static BenchRow of(
      String benchmark, int batch, String baseline, InterleavedTiming.Timing timing) {
    return new BenchRow(
        benchmark,
        timing.name(),
        batch,
        timing.nanosPerOperation() / 1e3,
        batch * 1e9 / timing.nanosPerOperation(),
        baseline,
        timing.ratio());
  }
}
