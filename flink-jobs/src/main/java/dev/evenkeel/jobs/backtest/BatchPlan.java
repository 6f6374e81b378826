package dev.evenkeel.jobs.backtest;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How a stream is cut: consecutive batches, none of which crosses a reset position, the last before
 * a reset or the end possibly short.
 *
 * @param batches in stream order
 */
public record BatchPlan(List<Batch> batches) {

  /**
   * Positions start (inclusive) to end (exclusive) of the stream.
   *
   * @param afterReset whether the adaptation returns to its initial state before it
   */
  public record Batch(int start, int end, boolean afterReset) {
    public int size() {
      return end - start;
    }
  }

  public BatchPlan {
    batches = List.copyOf(batches);
  }

  /**
   * Cuts a stream.
   *
   * @param samples length of the stream
   * @param batchSize at least 1
   * @param resetAt positions, at least 0; those at or past the end have no effect
   * @param maxBatches number of batches after which to stop
   */
  public static BatchPlan of(int samples, int batchSize, List<Integer> resetAt, int maxBatches) {
    SortedSet<Integer> resets = new TreeSet<>(resetAt);
    List<Batch> batches = new ArrayList<>();
    int start = 0;
    while (start < samples && batches.size() < maxBatches) {
      int end = Math.min(samples, start + Math.min(batchSize, samples - start));
      SortedSet<Integer> ahead = resets.tailSet(start + 1);
      if (!ahead.isEmpty()) {
        end = Math.min(end, ahead.first());
      }
      batches.add(new Batch(start, end, resets.contains(start)));
      start = end;
    }
    return new BatchPlan(batches);
  }

  /** Samples in all batches together. */
  public int samples() {
    return batches.isEmpty() ? 0 : batches.get(batches.size() - 1).end();
  }

  /** Size of the biggest batch; 0 without batches. */
  public int largest() {
    return batches.stream().mapToInt(Batch::size).max().orElse(0);
  }
}
