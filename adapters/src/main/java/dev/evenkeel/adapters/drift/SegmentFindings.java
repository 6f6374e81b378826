package dev.evenkeel.adapters.drift;

import java.util.List;

/**
 * What a look at the segments found. Accuracies are in [0, 1] and NaN where they are not known.
 *
 * @param worst segment that has the lowest accuracy
 * @param alarms raised
 * @param segments with enough samples to be judged
 * @param gathered samples since the last look that found no segment of their own
 */
public record SegmentFindings(Segment worst, List<Alarm> alarms, int segments, long gathered) {

  /**
   * A segment.
   *
   * @param name value of its attribute
   * @param samples since it was last judged
   * @param basis of its accuracy
   * @param accuracy by that basis
   * @param rest accuracy of all other samples by that basis
   * @param labelled samples with a label
   * @param live accuracy by labels
   * @param sourceLive the same of the source model
   * @param estimate accuracy by average thresholded confidence
   * @param meanConfidence after calibration
   * @param agreement with the source model
   */
  public record Segment(
      String name,
      long samples,
      SegmentTable.Basis basis,
      Proportion accuracy,
      Proportion rest,
      long labelled,
      Proportion live,
      Proportion sourceLive,
      Proportion estimate,
      double meanConfidence,
      Proportion agreement) {}

  /** An alarm on a segment. */
  public record Alarm(String segment, ShiftAlarm alarm) {}
}
