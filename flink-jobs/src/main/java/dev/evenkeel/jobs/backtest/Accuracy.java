package dev.evenkeel.jobs.backtest;

import dev.evenkeel.adapters.tta.Decision;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Counts right and wrong answers and what they cost, over samples of known classes. */
final class Accuracy {
  private final Decision decision;
  private final long[] samples;
  private final long[] hits;
  private double cost;

  Accuracy(int classes, Decision decision) {
    this.decision = decision;
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
    int answer = decision.label(logits, row * samples.length, samples.length);
    boolean right = answer == label;
    samples[label]++;
    cost += decision.costs().map(costs -> costs.cost(label, answer)).orElse(0.0);
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

  /** Mean cost of an answer, or null without costs or if nothing was counted. */
  Double meanCost() {
    long total = sum(samples);
    return decision.costs().isEmpty() || total == 0 ? null : cost / total;
  }

  private static long sum(long[] counts) {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    return total;
  }
}
