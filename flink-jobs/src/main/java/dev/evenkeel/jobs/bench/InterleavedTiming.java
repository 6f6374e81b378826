package dev.evenkeel.jobs.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Times several pieces of work in turns, A B C A B C ..., so that a change in the machine's speed
 * meets all of them. Figures are medians over the turns, ratios are taken inside a turn.
 *
 * @param rounds turns counted, at least 1
 * @param warmups turns not counted, first
 * @param sliceNanos how long a piece of work is repeated in a turn
 */
record InterleavedTiming(int rounds, int warmups, long sliceNanos) {

  /** Something to be timed; one call is one operation. */
  record Work(String name, Runnable operation) {}

  /**
   * What came out.
   *
   * @param nanosPerOperation median
   * @param ratio median over the turns of its time to that of the first work
   */
  record Timing(String name, double nanosPerOperation, double ratio) {}

  List<Timing> run(List<Work> works, LongSupplier nanoClock) {
    double[][] nanos = new double[works.size()][rounds];
    for (int round = -warmups; round < rounds; round++) {
      for (int i = 0; i < works.size(); i++) {
        double measured = slice(works.get(i).operation(), nanoClock);
        if (round >= 0) {
          nanos[i][round] = measured;
        }
      }
    }
    List<Timing> timings = new ArrayList<>();
    for (int i = 0; i < works.size(); i++) {
      double[] ratios = new double[rounds];
      for (int round = 0; round < rounds; round++) {
        ratios[round] = nanos[i][round] / nanos[0][round];
      }
      timings.add(new Timing(works.get(i).name(), median(nanos[i]), median(ratios)));
    }
    return timings;
  }

  private double slice(Runnable operation, LongSupplier nanoClock) {
    long start = nanoClock.getAsLong();
    long operations = 0;
    long elapsed;
    do {
      operation.run();
      operations++;
      elapsed = nanoClock.getAsLong() - start;
    } while (elapsed < sliceNanos);
    return (double) elapsed / operations;
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
