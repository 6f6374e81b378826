package dev.evenkeel.jobs.explain;

import dev.evenkeel.v1.DriftAlarm;
import dev.evenkeel.v1.DriftReport;
import java.util.List;

/** Figures of single windows, null where they were not measured. */
public final class Windows {
  private Windows() {}

  /**
   * Share of labelled samples that were answered wrongly.
   *
   * @param source whether the source model's answers are meant
   */
  public static Double errorRate(DriftReport window, boolean source) {
    if (window.getLiveAccuracy() == null || window.getLiveAccuracy().getLabelled() == 0) {
      return null;
    }
    Double accuracy =
        source
            ? window.getLiveAccuracy().getSourceAccuracy()
            : Double.valueOf(window.getLiveAccuracy().getAccuracy());
    return accuracy == null ? null : 1 - accuracy;
  }

  /** Share of samples on which adapted and source model agree. */
  public static Double agreement(DriftReport window) {
    return window.getEstimatedAccuracy() == null
        ? null
        : window.getEstimatedAccuracy().getAgreement();
  }

  /** Mean entropy of the source model's answers in nats. */
  public static Double sourceEntropy(DriftReport window) {
    return window.getSource() == null ? null : window.getSource().getMeanEntropy();
  }

  /** Distance of the learned parameters to the source's, relative. */
  public static Double parameterDistance(DriftReport window) {
    return window.getAdaptation() == null ? null : window.getAdaptation().getParameterDistance();
  }

  /** What the change detectors found, in words. */
  public static List<String> alarms(DriftReport window) {
    return window.getAlarms().stream().map(Windows::words).distinct().toList();
  }

  private static String words(DriftAlarm alarm) {
    return alarm.getEvent() + " (" + alarm.getSignal() + ")";
  }
}
