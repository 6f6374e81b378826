package dev.evenkeel.jobs.quality;

import dev.evenkeel.adapters.drift.Divergences;
import dev.evenkeel.adapters.drift.DriftReference;
import dev.evenkeel.adapters.drift.PredictionWindow;
import dev.evenkeel.adapters.drift.ShiftAlarm;
import dev.evenkeel.adapters.profile.SourceProfile;
import dev.evenkeel.v1.AccuracyEstimate;
import dev.evenkeel.v1.AdaptationStatistics;
import dev.evenkeel.v1.DriftAlarm;
import dev.evenkeel.v1.DriftReport;
import dev.evenkeel.v1.LayerDrift;
import dev.evenkeel.v1.PredictionStatistics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Turns closed windows into reports. */
final class DriftReports {
  /** Share of samples that the source model must have answered for its agreement to count. */
  private static final double ENOUGH = 0.05;

  private final DriftReference reference;
  private final String recipe;
  private final String segmentBy;

  /**
   * @param reference null for none
   * @param segmentBy attribute whose values divide a stream, null for none
   */
  DriftReports(DriftReference reference, String recipe, String segmentBy) {
    this.reference = reference;
    this.recipe = recipe;
    this.segmentBy = segmentBy;
  }

  /** The report on a window; segments are judged, and begin anew. */
  DriftReport of(
      WatchedBatch last,
      PredictionWindow window,
      LiveFigures live,
      Movement movement,
      double[] layers,
      Iterable<DriftAlarmNote> alarms,
      long nowMillis) {
    DriftReport report = new DriftReport();
    report.setStreamId(last.streamId());
    report.setWindowStart(Instant.ofEpochMilli(window.start()));
    report.setWindowEnd(Instant.ofEpochMilli(window.end()));
    report.setSamples(window.samples());
    report.setBatches(window.batches());
    report.setModelVersion(last.modelVersion());
    report.setRecipe(recipe);
    report.setAdaptationStep(window.lastStep());
    report.setEmitted(statistics(window.emitted(), reference));
    if (window.source().samples() > 0) {
      report.setSource(statistics(window.source(), reference));
    }
    boolean adapts = last.batch().fate() != PredictionWindow.Fate.SOURCE;
    if (adapts) {
      report.setAdaptation(adaptation(window, movement));
    }
    report.setLayers(layers == null ? List.of() : layers(layers, reference));
    if (reference != null) {
      report.setKsConfidence(window.confidenceDistance());
      report.setKsEntropy(window.entropyDistance());
    }
    double[] labels = window.estimatedLabels();
    report.setEstimatedLabelDistribution(
        Arrays.stream(labels).sum() > 0 ? Arrays.stream(labels).boxed().toList() : List.of());
    if (reference != null || window.source().samples() > 0) {
      report.setEstimatedAccuracy(accuracy(window, reference, adapts));
    }
    report.setLiveAccuracy(live.tally().toRecord());
    report.setSourceRecallPerClass(live.tally().sourceRecall());
    report.setSegmentAlarms(List.of());
    report.setUnlearnedBatches(Map.of());
    List<DriftAlarm> raised = new ArrayList<>();
    alarms.forEach(note -> raised.add(alarm(note.alarm(), note.step())));
    if (live.segments() != null) {
      live.segments().look().ifPresent(found -> SegmentReports.tell(segmentBy, found, report));
    }
    report.setAlarms(raised);
    report.setProducedAt(Instant.ofEpochMilli(nowMillis));
    return report;
  }

  private static PredictionStatistics statistics(
      PredictionWindow.Side side, DriftReference reference) {
    PredictionStatistics statistics = new PredictionStatistics();
    statistics.setSamples(side.samples());
    statistics.setMeanEntropy(side.meanEntropy());
    statistics.setMeanConfidence(side.meanConfidence());
    statistics.setMeanMargin(side.meanMargin());
    statistics.setDiversity(side.diversity());
    statistics.setClassCounts(Arrays.stream(side.counts()).boxed().toList());
    if (reference != null) {
      Divergences divergences = Divergences.between(side.counts(), reference.predicted());
      statistics.setPopulationStabilityIndex(divergences.populationStability());
      statistics.setKlDivergence(divergences.kullbackLeibler());
      statistics.setJsDivergence(divergences.jensenShannon());
      statistics.setTotalVariation(divergences.totalVariation());
    }
    return statistics;
  }

  private static List<LayerDrift> layers(double[] divergences, DriftReference reference) {
    List<LayerDrift> layers = new ArrayList<>(divergences.length);
    for (int l = 0; l < divergences.length; l++) {
      layers.add(new LayerDrift(reference.profile().layers().get(l).layer(), divergences[l]));
    }
    return layers;
  }

  private static AdaptationStatistics adaptation(PredictionWindow window, Movement movement) {
    AdaptationStatistics adaptation = new AdaptationStatistics();
    adaptation.setUpdates(window.updates());
    adaptation.setSkipped(window.skipped());
    adaptation.setResets(window.resets());
    if (!Double.isNaN(window.acceptedRatio())) {
      adaptation.setAcceptedRatio(window.acceptedRatio());
    }
    adaptation.setParameterDistance(movement.distanceOrNull());
    adaptation.setUpdateNorm(movement.meanStepOrNull());
    adaptation.setAssignmentEntropy(movement.meanEntropyOrNull());
    return adaptation;
  }

  private static AccuracyEstimate accuracy(
      PredictionWindow window, DriftReference reference, boolean adapts) {
    AccuracyEstimate estimate = new AccuracyEstimate();
    List<String> warnings = new ArrayList<>();
    if (reference != null) {
      double confidence = window.emitted().meanCalibratedConfidence();
      SourceProfile profile = reference.profile();
      double fallen = profile.accuracy() - (profile.meanConfidence() - confidence);
      estimate.setAverageConfidence(confidence);
      estimate.setDifferenceOfConfidences(Math.min(Math.max(fallen, 0), 1));
      estimate.setAverageThresholdedConfidence(window.emitted().shareAboveThreshold());
      if (adapts) {
        warnings.add(
            "the answers are adapted: methods that make them more confident make these estimates"
                + " too high");
      }
    }
    long shadowed = window.source().samples();
    if (shadowed > 0) {
      estimate.setAgreement(window.agreement());
      if (shadowed < ENOUGH * window.samples()) {
        warnings.add("the source model answered only " + shadowed + " of the samples");
      }
    }
    estimate.setWarnings(warnings);
    return estimate;
  }

  static DriftAlarm alarm(ShiftAlarm raised, long step) {
    DriftAlarm alarm = new DriftAlarm();
    alarm.setDetector(raised.detector());
    alarm.setSignal(raised.signal());
    alarm.setEvent(raised.event().label());
    alarm.setValue(raised.value());
    alarm.setThreshold(raised.threshold());
    alarm.setAdaptationStep(step);
    return alarm;
  }
}
