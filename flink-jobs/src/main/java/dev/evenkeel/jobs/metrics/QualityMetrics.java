package dev.evenkeel.jobs.metrics;

import java.util.List;

/** What the job tells of labels, of drift and of the windows of streams. */
final class QualityMetrics {
  private static final Double[] SHARES = {
    0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98, 1.0
  };

  static final Metric LABELS =
      Metric.counter(
          "evenkeel_labels_total",
          "labels",
          "Labels read: joined to their answer, late, duplicate, unmatched, or of an unknown class.",
          "result");
  static final Metric RIGHT_ANSWERS =
      Metric.counter(
          "evenkeel_correct_answers_total",
          "samples",
          "Joined samples whose answer was right; of the labels with the result joined.");
  static final Metric LABELLED_SHADOWED =
      Metric.counter(
          "evenkeel_labelled_shadowed_samples_total",
          "samples",
          "Joined samples that the source model answered too.");
  static final Metric RIGHT_SOURCE_ANSWERS =
      Metric.counter(
          "evenkeel_correct_source_answers_total",
          "samples",
          "Joined samples that the source model answered rightly.");
  static final Metric DRIFT_REPORTS =
      Metric.counter("evenkeel_drift_reports_total", "windows", "Windows of streams reported.");
  static final Metric DRIFT_ALARMS =
      Metric.counter(
          "evenkeel_drift_alarms_total",
          "alarms",
          "Times a change detector fired, by what it watched and what that means.",
          "detector",
          "signal",
          "event");
  static final Metric WINDOW_DIVERGENCE =
      Metric.histogram(
          "evenkeel_window_js_divergence_nats",
          "nats",
          "Jensen-Shannon divergence of a window's predicted labels from the source, noise subtracted.",
          0.0,
          0.005,
          0.01,
          0.02,
          0.05,
          0.1,
          0.2,
          0.3,
          0.5,
          0.7);
  static final Metric WINDOW_DIVERSITY =
      Metric.histogram(
          "evenkeel_window_diversity_classes",
          "classes",
          "Effective number of classes of a window's answers.",
          1.5,
          2.0,
          3.0,
          5.0,
          8.0,
          10.0,
          20.0,
          50.0,
          100.0,
          200.0,
          500.0,
          1000.0);
  static final Metric WINDOW_FEATURE_DISCREPANCY =
      Metric.histogram(
          "evenkeel_window_feature_discrepancy_ratio",
          "ratio",
          "Squared maximum mean discrepancy of a window's features from the source; may be negative.",
          0.0,
          0.002,
          0.005,
          0.01,
          0.02,
          0.05,
          0.1,
          0.2,
          0.5);
  static final Metric WINDOW_CLASS_DISTANCE =
      Metric.histogram(
          "evenkeel_window_class_conditional_distance_ratio",
          "ratio",
          "Squared distance of a window's class means of features from the source's, in units of"
              + " the variance within a class; may be negative.",
          0.0,
          0.02,
          0.05,
          0.1,
          0.2,
          0.5,
          1.0,
          2.0,
          5.0);
  static final Metric WINDOW_LABEL_SHIFT =
      Metric.histogram(
          "evenkeel_window_label_shift_ratio",
          "ratio",
          "Total variation of a window's estimated label distribution from the source's, where the"
              + " recipe estimates one.",
          0.02,
          0.05,
          0.1,
          0.15,
          0.2,
          0.3,
          0.4,
          0.5,
          0.7,
          1.0);
  static final Metric CONFUSION_CONDITION =
      Metric.gauge(
          "evenkeel_confusion_condition_ratio",
          "ratio",
          "Condition number of the source model's confusion in the source profile: how much an"
              + " estimate of label shift magnifies sampling noise. Not told beyond 256 classes.");
  static final Metric WINDOW_PARAMETER_DISTANCE =
      Metric.histogram(
          "evenkeel_window_parameter_distance_ratio",
          "ratio",
          "Distance of the learned parameters from the source's at the end of a window, relative to"
              + " the source's.",
          0.001,
          0.002,
          0.005,
          0.01,
          0.02,
          0.05,
          0.1,
          0.2,
          0.5,
          1.0);
  static final Metric WINDOW_UPDATE_NORM =
      Metric.histogram(
          "evenkeel_window_update_norm",
          "norm",
          "Mean L2 norm of a window's parameter updates, in units of the parameters.",
          0.00001,
          0.0001,
          0.001,
          0.003,
          0.01,
          0.03,
          0.1,
          0.3,
          1.0);
  static final Metric WINDOW_AGREEMENT =
      Metric.histogram(
          "evenkeel_window_agreement_ratio",
          "ratio",
          "Share of a window's shadowed samples on which answer and source model agree.",
          SHARES);
  static final Metric WINDOW_ESTIMATED_ACCURACY =
      Metric.histogram(
          "evenkeel_window_estimated_accuracy_ratio",
          "ratio",
          "Accuracy of a window guessed without labels, by average thresholded confidence.",
          SHARES);
  static final Metric WINDOW_ACCURACY =
      Metric.histogram(
          "evenkeel_window_accuracy_ratio",
          "ratio",
          "Accuracy of a window's joined samples.",
          SHARES);
  static final Metric WINDOW_CALIBRATION_ERROR =
      Metric.histogram(
          "evenkeel_window_calibration_error_ratio",
          "ratio",
          "Expected calibration error of a window's joined samples.",
          0.01,
          0.02,
          0.05,
          0.1,
          0.15,
          0.2,
          0.3,
          0.5);
  static final Metric WINDOW_LABEL_DELAY =
      Metric.histogram(
          "evenkeel_window_label_delay_seconds",
          "seconds",
          "Mean time from answer to label of a window's joined samples.",
          0.1,
          1.0,
          10.0,
          60.0,
          300.0,
          1800.0,
          3600.0,
          21600.0,
          86400.0,
          604800.0);
  static final Metric WINDOW_WORST_SEGMENT =
      Metric.histogram(
          "evenkeel_window_worst_segment_accuracy_ratio",
          "ratio",
          "Accuracy of the worst segment at the end of a window, of labels or guessed.",
          SHARES);

  /** All of them. */
  static final List<Metric> ALL =
      List.of(
          CONFUSION_CONDITION,
          DRIFT_ALARMS,
          DRIFT_REPORTS,
          LABELLED_SHADOWED,
          LABELS,
          RIGHT_ANSWERS,
          RIGHT_SOURCE_ANSWERS,
          WINDOW_ACCURACY,
          WINDOW_AGREEMENT,
          WINDOW_CALIBRATION_ERROR,
          WINDOW_CLASS_DISTANCE,
          WINDOW_DIVERGENCE,
          WINDOW_DIVERSITY,
          WINDOW_ESTIMATED_ACCURACY,
          WINDOW_FEATURE_DISCREPANCY,
          WINDOW_LABEL_DELAY,
          WINDOW_LABEL_SHIFT,
          WINDOW_PARAMETER_DISTANCE,
          WINDOW_UPDATE_NORM,
          WINDOW_WORST_SEGMENT);

  private QualityMetrics() {}
}
