package dev.evenkeel.jobs.quality;

import dev.evenkeel.adapters.drift.Proportion;
import dev.evenkeel.adapters.drift.SegmentFindings;
import dev.evenkeel.adapters.drift.SegmentTable;
import dev.evenkeel.v1.DriftReport;
import dev.evenkeel.v1.Segment;
import dev.evenkeel.v1.SegmentAlarm;
import dev.evenkeel.v1.SegmentFigures;

/** Turns judged segments into records. */
final class SegmentReports {
  private SegmentReports() {}

  static void tell(String attribute, SegmentFindings findings, DriftReport report) {
    SegmentFindings.Segment worst = findings.worst();
    Segment segment = new Segment();
    segment.setAttribute(attribute);
    segment.setValue(worst.name());
    segment.setSamples(worst.samples());
    segment.setAccuracy(worst.accuracy().share());
    report.setWorstSegment(segment);
    report.setWorstSegmentFigures(figures(worst, findings));
    report.setSegmentAlarms(
        findings.alarms().stream()
            .map(
                raised ->
                    new SegmentAlarm(
                        raised.segment(),
                        DriftReports.alarm(raised.alarm(), report.getAdaptationStep())))
            .toList());
  }

  private static SegmentFigures figures(SegmentFindings.Segment worst, SegmentFindings findings) {
    SegmentFigures figures = new SegmentFigures();
    Proportion accuracy = worst.accuracy();
    figures.setBasis(
        worst.basis() == SegmentTable.Basis.LABELS ? "labels" : "average-thresholded-confidence");
    figures.setAccuracyLow(accuracy.lower(Proportion.NINETY_FIVE));
    figures.setAccuracyHigh(accuracy.upper(Proportion.NINETY_FIVE));
    if (worst.rest().count() > 0) {
      figures.setRestAccuracy(worst.rest().share());
      figures.setGap(worst.rest().share() - accuracy.share());
    }
    figures.setLabelled(worst.labelled());
    figures.setLiveAccuracy(share(worst.live()));
    figures.setSourceLiveAccuracy(share(worst.sourceLive()));
    Proportion estimate = worst.estimate();
    if (estimate.count() > 0) {
      figures.setAverageConfidence(worst.meanConfidence());
      figures.setAverageThresholdedConfidence(estimate.share());
      figures.setAverageThresholdedConfidenceLow(estimate.lower(Proportion.NINETY_FIVE));
      figures.setAverageThresholdedConfidenceHigh(estimate.upper(Proportion.NINETY_FIVE));
    }
    figures.setAgreement(share(worst.agreement()));
    figures.setSegments(findings.segments());
    figures.setGatheredSamples(findings.gathered());
    return figures;
  }

  private static Double share(Proportion proportion) {
    return proportion.count() > 0 ? proportion.share() : null;
  }
}
