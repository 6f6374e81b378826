package dev.evenkeel.jobs.quality;

import dev.evenkeel.adapters.drift.FeatureDrift;
import dev.evenkeel.v1.DriftReport;

/** Tells what was found about the features of a window. */
final class FeatureReports {
  private FeatureReports() {}

  static void tell(FeatureDrift.Findings found, DriftReport report) {
    report.setFeatureSamples(found.samples());
    report.setFeatureMmd2(orNull(found.discrepancy()));
    report.setFeatureMmd2Noise(orNull(found.noise()));
    report.setClassConditionalDistance(orNull(found.classConditional()));
  }

  private static Double orNull(double value) {
    return Double.isNaN(value) ? null : Double.valueOf(value);
  }
}
