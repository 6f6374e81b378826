package dev.evenkeel.jobs.backtest;

import dev.evenkeel.adapters.tta.Softmax;
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
   * @param label true class
   * @return whether it is right
   */
  boolean add(FloatBuffer logits, int row, int label) {
    boolean right = Softmax.argmax(logits, row * samples.length, samples.length) == label;
    samples[label]++;
    if (right) {
      hits[label]++;
    }
    return right;
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

  private static long sum(long[] counts) {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    return total;
  }
}
