package dev.evenkeel.adapters.drift;

import java.util.List;

/**
 * Gathers the answers of one stream over a window. Mutable; all it knows is one array of numbers,
 * so that it can be kept and continued exactly.
 */
public final class PredictionWindow {
  private static final int SAMPLES = 0;
  private static final int BATCHES = 1;
  private static final int ENTROPY = 2;
  private static final int CONFIDENCE = 3;
  private static final int MARGIN = 4;
  private static final int SHADOWED = 5;
  private static final int AGREED = 6;
  private static final int CONFIDENT = 7;
  private static final int SKIPPED = 8;
  private static final int RESETS = 9;
  private static final int UPDATES = 10;
  private static final int LAST_STEP = 11;
  private static final int START = 12;
  private static final int END = 13;
  private static final int LAST_PRODUCED = 14;
  private static final int FIXED = 15;

  private final double[] values;
  private final int classes;

  /** What a batch did to the state. */
  public enum Fate {
    ADAPTED,
    SKIPPED,
    RESET,
    SOURCE
  }

  /**
   * One answer.
   *
   * @param sourceLabel class that the frozen source model predicts, negative if it did not run
   * @param step adaptation steps before its batch
   * @param eventTime in milliseconds
   * @param producedAt in milliseconds; equal for the samples of a batch
   */
  public record Answer(
      List<Float> probabilities,
      int label,
      int sourceLabel,
      double entropy,
      long step,
      Fate fate,
      long eventTime,
      long producedAt) {}

  public PredictionWindow(int classes) {
    this(new double[FIXED + 3 * classes]);
  }

  /** The window that {@link #toArray} told. */
  public PredictionWindow(double[] values) {
    if (values.length < FIXED + 6 || (values.length - FIXED) % 3 != 0) {
      throw new IllegalArgumentException(
          "A window of " + values.length + " numbers is cut short or of another version");
    }
    this.values = values.clone();
    classes = (values.length - FIXED) / 3;
  }

  public double[] toArray() {
    return values.clone();
  }

  public int classes() {
    return classes;
  }

  /**
   * Adds an answer.
   *
   * @param confidenceThreshold for {@link #shareAboveThreshold}
   */
  public void add(Answer answer, double confidenceThreshold) {
    boolean first = values[SAMPLES] == 0;
    if (first) {
      values[START] = answer.eventTime();
      values[END] = answer.eventTime();
    }
    if (first
        || values[LAST_PRODUCED] != answer.producedAt()
        || values[LAST_STEP] != answer.step()) {
      values[BATCHES]++;
      values[UPDATES] += answer.fate() == Fate.ADAPTED ? 1 : 0;
      values[SKIPPED] += answer.fate() == Fate.SKIPPED ? 1 : 0;
      values[RESETS] += answer.fate() == Fate.RESET ? 1 : 0;
    }
    values[START] = Math.min(values[START], (double) answer.eventTime());
    values[END] = Math.max(values[END], (double) answer.eventTime());
    values[LAST_STEP] = answer.step();
    values[LAST_PRODUCED] = answer.producedAt();
    values[SAMPLES]++;
    values[ENTROPY] += answer.entropy();
    double highest = answer.probabilities().get(answer.label());
    double second = 0;
    for (int y = 0; y < classes; y++) {
      double probability = answer.probabilities().get(y);
      values[FIXED + y] += probability;
      if (y != answer.label()) {
        second = Math.max(second, probability);
      }
    }
    values[CONFIDENCE] += highest;
    values[MARGIN] += highest - second;
    values[CONFIDENT] += highest >= confidenceThreshold ? 1 : 0;
    values[FIXED + classes + answer.label()]++;
    if (answer.sourceLabel() >= 0) {
      values[SHADOWED]++;
      values[AGREED] += answer.sourceLabel() == answer.label() ? 1 : 0;
      values[FIXED + 2 * classes + answer.sourceLabel()]++;
    }
  }

  public long samples() {
    return (long) values[SAMPLES];
  }

  /** Batches; two that were answered in one millisecond without a step between count as one. */
  public long batches() {
    return (long) values[BATCHES];
  }

  public long skipped() {
    return (long) values[SKIPPED];
  }

  public long resets() {
    return (long) values[RESETS];
  }

  /** Adaptation steps before the last batch. */
  public long lastStep() {
    return (long) values[LAST_STEP];
  }

  /** Batches from which the state took a step. */
  public long updates() {
    return (long) values[UPDATES];
  }

  /** Earliest event time, in milliseconds. */
  public long start() {
    return (long) values[START];
  }

  /** Latest event time, in milliseconds. */
  public long end() {
    return (long) values[END];
  }

  /** In nats. */
  public double meanEntropy() {
    return values[ENTROPY] / samples();
  }

  public double meanConfidence() {
    return values[CONFIDENCE] / samples();
  }

  /** Highest minus second highest probability. */
  public double meanMargin() {
    return values[MARGIN] / samples();
  }

  public double shareAboveThreshold() {
    return values[CONFIDENT] / samples();
  }

  /** Effective number of classes: exp of the entropy of the mean probabilities. */
  public double diversity() {
    double entropy = 0;
    for (int y = 0; y < classes; y++) {
      double mean = values[FIXED + y] / samples();
      entropy -= mean > 0 ? mean * Math.log(mean) : 0;
    }
    return Math.exp(entropy);
  }

  /** Predictions per class. */
  public long[] counts() {
    return counts(FIXED + classes);
  }

  /** Predictions of the source model per class, on the samples it shadowed. */
  public long[] sourceCounts() {
    return counts(FIXED + 2 * classes);
  }

  public long shadowed() {
    return (long) values[SHADOWED];
  }

  /** Share of shadowed samples on which both models agree; NaN if there are none. */
  public double agreement() {
    return values[AGREED] / values[SHADOWED];
  }

  private long[] counts(int begin) {
    long[] counts = new long[classes];
    for (int y = 0; y < classes; y++) {
      counts[y] = (long) values[begin + y];
    }
    return counts;
  }
}
