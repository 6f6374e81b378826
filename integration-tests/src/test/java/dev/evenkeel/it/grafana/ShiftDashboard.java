package dev.evenkeel.it.grafana;

/** How far the streams are from the source. */
final class ShiftDashboard {
  private ShiftDashboard() {}

  static Dashboard make() {
    return Dashboard.of(
        "evenkeel-shift",
        "Evenkeel: label shift and drift",
        "How far are labels and inputs from the source? Needs drift.source-profile.",
        Row.of(
            "Labels",
            Panel.stacked(
                    "Answered classes",
                    "percentunit",
                    "Shares of the classes by their index; from 20 on together.")
                .query(
                    "sum by (class) (rate(evenkeel_class_predictions_total{job=~'$job'}[$__rate_interval]))"
                        + " / on () group_left sum(rate(evenkeel_predictions_total{job=~'$job'}[$__rate_interval]))",
                    "{{class}}")
                .runbook("EvenkeelOneClass"),
            Panel.lines(
                    "Estimated label shift",
                    "percentunit",
                    "Total variation between the estimated label distribution of a stream and the source's, where the"
                        + " recipe estimates one: the estimated prior against the reference.")
                .quantiles("evenkeel_window_label_shift_ratio", 0.5, 0.95),
            Panel.lines(
                    "Condition of the confusion",
                    "none",
                    "How much an estimate of label shift magnifies noise; 1 is best.")
                .query("max by (job) (evenkeel_confusion_condition_ratio{job=~'$job'})", "{{job}}")
                .alert("EvenkeelPriorIllConditioned", 30),
            Panel.lines(
                    "Divergence of the answers",
                    "none",
                    "Jensen-Shannon, in nats, from the answers on the source; at most 0.69.")
                .quantiles("evenkeel_window_js_divergence_nats", 0.5, 0.95),
            Panel.lines(
                    "Diversity of the answers", "short", "Effective number of classes of a window.")
                .quantiles("evenkeel_window_diversity_classes", 0.1, 0.5)),
        Row.of(
            "Inputs",
            Panel.lines(
                    "Feature discrepancy",
                    "none",
                    "Squared maximum mean discrepancy of what the source model sees from what it sees of the source.")
                .quantiles("evenkeel_window_feature_discrepancy_ratio", 0.5, 0.95),
            Panel.lines(
                    "Distance given the class",
                    "none",
                    "Of the features' means by predicted class, in units of the variance within a class: label shift"
                        + " does not move it.")
                .quantiles("evenkeel_window_class_conditional_distance_ratio", 0.5, 0.95),
            Panel.lines(
                    "Energy",
                    "none",
                    "In nats; the higher, the stranger the sample to the model that answers. Samples of unknown classes"
                        + " raise the upper quantiles.")
                .quantiles("evenkeel_prediction_energy_nats", 0.5, 0.95)),
        Row.of(
            "Alarms",
            Panel.stacked("Alarms by meaning", "short", "Of change detectors, in the interval.")
                .query(
                    "sum by (job, event, signal) (increase(evenkeel_drift_alarms_total{job=~'$job'}[$__rate_interval])) or vector(0)",
                    "{{job}} {{event}} {{signal}}"),
            Panel.lines("Windows", "cps", "Windows of streams that were reported.")
                .query(
                    "sum by (job) (rate(evenkeel_drift_reports_total{job=~'$job'}[$__rate_interval]))",
                    "{{job}}"),
            Panel.lines(
                    "Agreement in windows",
                    "percentunit",
                    "Of answer and source model: a tenth of the windows is below the lower line.")
                .quantiles("evenkeel_window_agreement_ratio", 0.1, 0.5)));
  }
}
