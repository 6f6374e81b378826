package dev.evenkeel.adapters.drift;

import dev.evenkeel.adapters.profile.SourceProfile;

/**
 * Gathers the batches of one stream over a window. Mutable; all it knows is one array of numbers,
 * so that it can be kept and continued exactly.
 */
public final class PredictionWindow {
  private static final int BINS = SourceProfile.QUANTILES + 1;

  private static final int BATCHES = 0;
  private static final int AGREED = 1;
  private static final int SKIPPED = 2;
  private static final int RESETS = 3;
  private static final int UPDATES = 4;
  private static final int LAST_STEP = 5;
  private static final int START = 6;
  private static final int END = 7;
  private static final int OFFERED = 8;
  private static final int ACCEPTED = 9;
  private static final int BINNED = 10;
  private static final int EMITTED = 11;
  private static final int SOURCE = EMITTED + Side.FIXED;
  private static final int FIXED = SOURCE + Side.FIXED;

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
   * A batch.
   *
   * @param emitted answers
   * @param source answers of the frozen source model, null if it did not run
   * @param estimate of the label distribution, empty if the recipe has none
   * @param step adaptation steps before it
   * @param offered samples that parameters could have learned from
   * @param accepted samples that they did learn from
   * @param eventStart earliest event time, in milliseconds
   * @param eventEnd latest event time, in milliseconds
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  public record Batch(
      Answered emitted,
      Answered source,
      double[] estimate,
      long step,
      Fate fate,
      int offered,
      int accepted,
      long eventStart,
      long eventEnd) {}

  public PredictionWindow(int classes) {
    this(new double[length(classes)]);
  }

  /** The window that {@link #toArray} told. */
  public PredictionWindow(double[] values) {
    classes = (values.length - FIXED - 2 * BINS) / 5;
    if (classes < 2 || length(classes) != values.length) {
      throw new IllegalArgumentException(
          "A window of " + values.length + " numbers is cut short or of another version");
    }
    this.values = values.clone();
  }

  private static int length(int classes) {
    return FIXED + 5 * classes + 2 * BINS;
  }

  public double[] toArray() {
    return values.clone();
  }

  public int classes() {
    return classes;
  }

  /**
   * Adds a batch.
   *
   * @param reference null for none
   */
  public void add(Batch batch, DriftReference reference) {
    if (samples() == 0) {
      values[START] = batch.eventStart();
      values[END] = batch.eventEnd();
    }
    values[BATCHES]++;
    values[UPDATES] += batch.fate() == Fate.ADAPTED ? 1 : 0;
    values[SKIPPED] += batch.fate() == Fate.SKIPPED ? 1 : 0;
    values[RESETS] += batch.fate() == Fate.RESET ? 1 : 0;
    values[OFFERED] += batch.offered();
    values[ACCEPTED] += batch.accepted();
    values[START] = Math.min(values[START], (double) batch.eventStart());
    values[END] = Math.max(values[END], (double) batch.eventEnd());
    values[LAST_STEP] = batch.step();
    double threshold = reference == null ? 2 : reference.profile().confidenceThreshold();
    emitted().add(batch.emitted(), threshold);
    if (batch.source() != null) {
      source().add(batch.source(), threshold);
      for (int i = 0; i < batch.emitted().samples(); i++) {
        values[AGREED] += batch.source().labels()[i] == batch.emitted().labels()[i] ? 1 : 0;
      }
    }
    System.arraycopy(batch.estimate(), 0, values, estimate(), batch.estimate().length);
    if (reference != null) {
      for (int i = 0; i < batch.emitted().samples(); i++) {
        SourceProfile profile = reference.profile();
        values[BINNED]++;
        values[
            confidenceBins()
                + BinnedQuantiles.bin(
                    profile.confidenceQuantiles(), batch.emitted().calibratedConfidences()[i])]++;
        values[
            confidenceBins()
                + BINS
                + BinnedQuantiles.bin(
                    profile.entropyQuantiles(), batch.emitted().calibratedEntropies()[i])]++;
      }
    }
  }

  private int estimate() {
    return FIXED + 4 * classes;
  }

  private int confidenceBins() {
    return FIXED + 5 * classes;
  }

  /** The answers as emitted. */
  public Side emitted() {
    return new Side(values, EMITTED, FIXED, classes);
  }

  /** The answers of the frozen source model, on the batches that it shadowed. */
  public Side source() {
    return new Side(values, SOURCE, FIXED + 2 * classes, classes);
  }

  public long samples() {
    return emitted().samples();
  }

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

  /** Share of samples that parameters learned from; NaN where none was offered. */
  public double acceptedRatio() {
    return values[ACCEPTED] / values[OFFERED];
  }

  /** Earliest event time, in milliseconds. */
  public long start() {
    return (long) values[START];
  }

  /** Latest event time, in milliseconds. */
  public long end() {
    return (long) values[END];
  }

  /** Share of shadowed samples on which both models agree; NaN if there are none. */
  public double agreement() {
    return values[AGREED] / source().samples();
  }

  /** The last estimate of the label distribution; all zero without one. */
  public double[] estimatedLabels() {
    double[] estimate = new double[classes];
    System.arraycopy(values, estimate(), estimate, 0, classes);
    return estimate;
  }

  /** Kolmogorov-Smirnov distance of the confidence to the source; NaN without a reference. */
  public double confidenceDistance() {
    return values[BINNED] == 0
        ? Double.NaN
        : BinnedQuantiles.distance(values, confidenceBins(), BINS);
  }

  /** The same of the entropy. */
  public double entropyDistance() {
    return values[BINNED] == 0
        ? Double.NaN
        : BinnedQuantiles.distance(values, confidenceBins() + BINS, BINS);
  }

  /** The answers of one model over the window; a view. */
  public static final class Side {
    private static final int SAMPLES = 0;
    private static final int ENTROPY = 1;
    private static final int CONFIDENCE = 2;
    private static final int CALIBRATED = 3;
    private static final int MARGIN = 4;
    private static final int CONFIDENT = 5;
    static final int FIXED = 6;

    private final double[] values;
    private final int fixed;
    private final int perClass;
    private final int classes;

    Side(double[] values, int fixed, int perClass, int classes) {
      this.values = values;
      this.fixed = fixed;
      this.perClass = perClass;
      this.classes = classes;
    }

    void add(Answered answered, double threshold) {
      for (int i = 0; i < answered.samples(); i++) {
        values[fixed + SAMPLES]++;
        values[fixed + ENTROPY] += answered.entropies()[i];
        values[fixed + CONFIDENCE] += answered.confidences()[i];
        values[perClass + classes + answered.labels()[i]]++;
      }
      for (float calibrated : answered.calibratedConfidences()) {
        values[fixed + CALIBRATED] += calibrated;
        values[fixed + CONFIDENT] += calibrated >= threshold ? 1 : 0;
      }
      values[fixed + MARGIN] += answered.marginSum();
      for (int y = 0; y < classes; y++) {
        values[perClass + y] += answered.probabilitySum()[y];
      }
    }

    public long samples() {
      return (long) values[fixed + SAMPLES];
    }

    /** In nats. */
    public double meanEntropy() {
      return values[fixed + ENTROPY] / samples();
    }

    public double meanConfidence() {
      return values[fixed + CONFIDENCE] / samples();
    }

    /** Mean highest probability after calibration; 0 without a reference. */
    public double meanCalibratedConfidence() {
      return values[fixed + CALIBRATED] / samples();
    }

    /** Highest minus second highest probability. */
    public double meanMargin() {
      return values[fixed + MARGIN] / samples();
    }

    /** Share of calibrated confidences that reach the reference's threshold. */
    public double shareAboveThreshold() {
      return values[fixed + CONFIDENT] / samples();
    }

    /** Effective number of classes: exp of the entropy of the mean probabilities. */
    public double diversity() {
      return ShiftWatch.diversity(values, perClass, classes);
    }

    /** Predictions per class. */
    public long[] counts() {
      long[] counts = new long[classes];
      for (int y = 0; y < classes; y++) {
        counts[y] = (long) values[perClass + classes + y];
      }
      return counts;
    }
  }
}
