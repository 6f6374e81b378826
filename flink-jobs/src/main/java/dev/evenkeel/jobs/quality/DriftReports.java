package dev.evenkeel.jobs.quality;

import dev.evenkeel.adapters.drift.Divergences;
import dev.evenkeel.adapters.drift.DriftReference;
import dev.evenkeel.adapters.drift.PredictionWindow;
import dev.evenkeel.v1.AccuracyEstimate;
import dev.evenkeel.v1.AdaptationStatistics;
import dev.evenkeel.v1.DriftReport;
import dev.evenkeel.v1.Outcome;
import dev.evenkeel.v1.Prediction;
import dev.evenkeel.v1.PredictionStatistics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Turns closed windows into reports. */
final class DriftReports {
  /** Share of samples that the source model must have answered for its agreement to count. */
  private static final double ENOUGH = 0.05;

  private DriftReports() {}

  static DriftReport of(
      Prediction last,
      PredictionWindow window,
      DriftReference reference,
      String recipe,
      long nowMillis) {
    DriftReport report = new DriftReport();
    report.setStreamId(last.getStreamId());
    report.setWindowStart(Instant.ofEpochMilli(window.start()));
    report.setWindowEnd(Instant.ofEpochMilli(window.end()));
    report.setSamples(window.samples());
    report.setBatches(window.batches());
    report.setModelVersion(last.getModelVersion());
    report.setRecipe(recipe);
    report.setAdaptationStep(window.lastStep());
    report.setEmitted(emitted(window, reference));
    if (last.getOutcome() != Outcome.SOURCE) {
      report.setAdaptation(adaptation(window));
    }
    report.setLayers(List.of());
    report.setEstimatedLabelDistribution(List.of());
    if (reference != null || window.shadowed() > 0) {
      report.setEstimatedAccuracy(accuracy(window, reference, last));
    }
    report.setAlarms(List.of());
    report.setProducedAt(Instant.ofEpochMilli(nowMillis));
    return report;
  }

  private static PredictionStatistics emitted(PredictionWindow window, DriftReference reference) {
    PredictionStatistics statistics = new PredictionStatistics();
    statistics.setSamples(window.samples());
    statistics.setMeanEntropy(window.meanEntropy());
    statistics.setMeanConfidence(window.meanConfidence());
    statistics.setMeanMargin(window.meanMargin());
    statistics.setDiversity(window.diversity());
    statistics.setClassCounts(Arrays.stream(window.counts()).boxed().toList());
    if (reference != null) {
      Divergences divergences = Divergences.between(window.counts(), reference.predicted());
      statistics.setPopulationStabilityIndex(divergences.populationStability());
      statistics.setKlDivergence(divergences.kullbackLeibler());
      statistics.setJsDivergence(divergences.jensenShannon());
      statistics.setTotalVariation(divergences.totalVariation());
    }
    return statistics;
  }

  private static AdaptationStatistics adaptation(PredictionWindow window) {
    AdaptationStatistics adaptation = new AdaptationStatistics();
    adaptation.setUpdates(window.updates());
    adaptation.setSkipped(window.skipped());
    adaptation.setResets(window.resets());
    return adaptation;
  }

  private static AccuracyEstimate accuracy(
      PredictionWindow window, DriftReference reference, Prediction last) {
    AccuracyEstimate estimate = new AccuracyEstimate();
    List<String> warnings = new ArrayList<>();
    if (reference != null) {
      estimate.setAverageConfidence(window.meanConfidence());
      double fallen = reference.accuracy() - (reference.meanConfidence() - window.meanConfidence());
      estimate.setDifferenceOfConfidences(Math.min(Math.max(fallen, 0), 1));
      estimate.setAverageThresholdedConfidence(window.shareAboveThreshold());
      if (last.getOutcome() != Outcome.SOURCE) {
        warnings.add(
            "the answers are adapted: methods that make them more confident make these estimates"
                + " too high");
      }
    }
    if (window.shadowed() > 0) {
      estimate.setAgreement(window.agreement());
      if (window.shadowed() < ENOUGH * window.samples()) {
        warnings.add("the source model answered only " + window.shadowed() + " of the samples");
      }
    }
    estimate.setWarnings(warnings);
    return estimate;
  }
}
