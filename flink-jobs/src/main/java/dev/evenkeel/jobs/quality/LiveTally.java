package dev.evenkeel.jobs.quality;

import dev.evenkeel.v1.LiveAccuracy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Counts answers whose labels came. Mutable; all it knows is one array of numbers, so that it can
 * be kept and continued exactly.
 */
final class LiveTally {
  /** Bins of the calibration error, equally wide. */
  static final int BINS = 15;

  private static final int LABELLED = 0;
  private static final int LATE = 1;
  private static final int CORRECT = 2;
  private static final int SHADOWED = 3;
  private static final int SOURCE_CORRECT = 4;
  private static final int DELAY = 5;
  private static final int CONFIDENCE = 6;
  private static final int RIGHT = CONFIDENCE + BINS;
  private static final int PER_CLASS = RIGHT + BINS;

  private final double[] values;
  private final int classes;

  LiveTally(int classes) {
    this(new double[0], classes);
  }

  /** The tally that {@link #toArray} told, or an earlier release without the last figures. */
  LiveTally(double[] values, int classes) {
    this.values = Arrays.copyOf(values, PER_CLASS + 4 * classes);
    this.classes = classes;
  }

  double[] toArray() {
    return values.clone();
  }

  /**
   * An answer and its label, which the model knows.
   *
   * @param delayMillis from answer to label, at least 0
   */
  void add(Answer answer, int label, long delayMillis) {
    boolean right = answer.label() == label;
    values[LABELLED]++;
    values[CORRECT] += right ? 1 : 0;
    if (answer.sourceLabel() >= 0) {
      values[SHADOWED]++;
      values[SOURCE_CORRECT] += answer.sourceLabel() == label ? 1 : 0;
    }
    values[DELAY] += delayMillis;
    int bin = Math.min((int) (answer.confidence() * BINS), BINS - 1);
    values[CONFIDENCE + bin] += answer.confidence();
    values[RIGHT + bin] += right ? 1 : 0;
    if (label < classes) {
      values[PER_CLASS + label]++;
      values[PER_CLASS + classes + label] += right ? 1 : 0;
      if (answer.sourceLabel() >= 0) {
        values[PER_CLASS + 2 * classes + label]++;
        values[PER_CLASS + 3 * classes + label] += answer.sourceLabel() == label ? 1 : 0;
      }
    }
  }

  /** A label that came too late. */
  void late() {
    values[LATE]++;
  }

  boolean isEmpty() {
    return values[LABELLED] == 0 && values[LATE] == 0;
  }

  /** What a report tells; null if no label was joined. */
  LiveAccuracy toRecord() {
    double labelled = values[LABELLED];
    if (labelled == 0) {
      return null;
    }
    LiveAccuracy accuracy = new LiveAccuracy();
    accuracy.setLabelled((long) labelled);
    accuracy.setLate((long) values[LATE]);
    accuracy.setAccuracy(values[CORRECT] / labelled);
    if (values[SHADOWED] > 0) {
      accuracy.setSourceAccuracy(values[SOURCE_CORRECT] / values[SHADOWED]);
    }
    double error = 0;
    for (int bin = 0; bin < BINS; bin++) {
      error += Math.abs(values[CONFIDENCE + bin] - values[RIGHT + bin]) / labelled;
    }
    accuracy.setCalibrationError(error);
    accuracy.setMeanDelayMs(values[DELAY] / labelled);
    accuracy.setRecallPerClass(recall(PER_CLASS));
    return accuracy;
  }

  /**
   * Recall of the source model per class, null where a class is absent; empty if it did not run.
   */
  List<Double> sourceRecall() {
    return values[SHADOWED] > 0 ? recall(PER_CLASS + 2 * classes) : List.of();
  }

  private List<Double> recall(int from) {
    List<Double> recall = new ArrayList<>(classes);
    for (int y = 0; y < classes; y++) {
      double count = values[from + y];
      recall.add(count == 0 ? null : values[from + classes + y] / count);
    }
    return recall;
  }
}
