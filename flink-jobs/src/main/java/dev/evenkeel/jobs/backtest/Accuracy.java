package dev.evenkeel.jobs.backtest;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Counts right and wrong answers, over samples of known classes. */
final class Accuracy {
  private final long[] samples;
  private final long[] hits;

  Accuracy(int classes) {
    samples = new long[classes];
    hits = new long[classes];
  }

  /**
   * Adds one answer.
   *
   * @param logits {@code [samples, classes]}
   * @param row which of them
   * @param label true class; negative for an unknown one, which does not count
   */
  void add(FloatBuffer logits, int row, int label) {
    if (label < 0) {
      return;
    }
    samples[label]++;
    if (largest(logits, row * samples.length, samples.length) == label) {
      hits[label]++;
    }
  }

  /** Share of wrong answers in [0, 1], or null if nothing was counted. */
  Double errorRate() {
    long total = sum(samples);
    return total == 0 ? null : (total - sum(hits)) / (double) total;
  }

  /** Share of right answers for each class, null where a class did not occur. */
  List<Double> recallPerClass() {
    List<Double> recall = new ArrayList<>();
    for (int label = 0; label < samples.length; label++) {
      recall.add(samples[label] == 0 ? null : hits[label] / (double) samples[label]);
    }
    return Collections.unmodifiableList(recall);
  }

  /** Index of the largest element counted from {@code start}; the lowest index among equals. */
  private static int largest(FloatBuffer values, int start, int count) {
    int best = 0;
    for (int i = 1; i < count; i++) {
      if (values.get(start + i) > values.get(start + best)) {
        best = i;
      }
    }
    return best;
  }

  private static long sum(long[] counts) {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    return total;
  }
}
