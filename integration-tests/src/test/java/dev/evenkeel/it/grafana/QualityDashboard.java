package dev.evenkeel.it.grafana;

/** What labels say. */
final class QualityDashboard {
  private static final String ACCURACY =
      "sum by (job) (rate(evenkeel_correct_answers_total{job=~'$job'}[$__rate_interval]))"
          + " / sum by (job) (rate(evenkeel_labels_total{job=~'$job',result='joined'}[$__rate_interval]))";
  private static final String SOURCE_ACCURACY =
      "sum by (job) (rate(evenkeel_correct_source_answers_total{job=~'$job'}[$__rate_interval]))"
          + " / sum by (job) (rate(evenkeel_labelled_shadowed_samples_total{job=~'$job'}[$__rate_interval]))";

  private QualityDashboard() {}

  static Dashboard make() {
    return Dashboard.of(
        "evenkeel-quality",
        "Evenkeel: quality with labels",
        "How right are the answers, and is adaptation worth it? Needs labels on the labels topic.",
        Row.of(
            "Accuracy",
            Panel.lines(
                    "Accuracy",
                    "percentunit",
                    "Of the published answers and of the frozen source model.")
                .query(ACCURACY, "{{job}} published")
                .query(SOURCE_ACCURACY, "{{job}} source model"),
            Panel.lines(
                    "Behind the source model",
                    "percentunit",
                    "Accuracy of the source model less that of the answers: below 0 adaptation wins.")
                .query(SOURCE_ACCURACY + " - " + ACCURACY, "{{job}}")
                .alert("EvenkeelWorseThanSource", 0.03),
            Panel.lines(
                    "Accuracy of windows",
                    "percentunit",
                    "A tenth of the windows is below the lower line.")
                .quantiles("evenkeel_window_accuracy_ratio", 0.1, 0.5),
            Panel.lines(
                    "Estimated without labels",
                    "percentunit",
                    "Average thresholded confidence. A trend: methods that grow sure raise it.")
                .quantiles("evenkeel_window_estimated_accuracy_ratio", 0.1, 0.5),
            Panel.lines(
                    "Worst segment", "percentunit", "Of drift.segment-by, by labels or estimated.")
                .quantiles("evenkeel_window_worst_segment_accuracy_ratio", 0.1, 0.5),
            Panel.lines(
                    "Calibration error", "percentunit", "Expected calibration error of windows.")
                .quantiles("evenkeel_window_calibration_error_ratio", 0.5, 0.95)),
        Row.of(
            "Labels",
            Panel.lines("Coverage", "percentunit", "Labels that met their answer, per answer.")
                .query(
                    "sum by (job) (rate(evenkeel_labels_total{job=~'$job',result='joined'}[$__rate_interval]))"
                        + " / sum by (job) (rate(evenkeel_predictions_total{job=~'$job'}[$__rate_interval]))",
                    "{{job}}")
                .runbook("EvenkeelLabelsStalled"),
            Panel.lines("Delay", "s", "From answer to label, mean of a window.")
                .quantiles("evenkeel_window_label_delay_seconds", 0.5, 0.95),
            Panel.stacked(
                    "Labels by result", "cps", "Joined, late, duplicate, unmatched, unknown class.")
                .query(
                    "sum by (job, result) (rate(evenkeel_labels_total{job=~'$job'}[$__rate_interval]))",
                    "{{job}} {{result}}")));
  }
}
