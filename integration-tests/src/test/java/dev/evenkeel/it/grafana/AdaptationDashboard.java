package dev.evenkeel.it.grafana;

/** What adaptation does, and what guards think of it. */
final class AdaptationDashboard {
  private AdaptationDashboard() {}

  static Dashboard make() {
    return Dashboard.of(
        "evenkeel-adaptation",
        "Evenkeel: adaptation",
        "What is learned, from what, and what do guards think of it?",
        Row.of(
            "Guards",
            Panel.lines(
                    "Answered by the source model",
                    "percentunit",
                    "Share of the answers that guards did not leave to the adapted model.")
                .query(
                    "sum by (job) (rate(evenkeel_fallen_back_samples_total{job=~'$job'}[$__rate_interval]))"
                        + " / sum by (job) (rate(evenkeel_predictions_total{job=~'$job'}[$__rate_interval]))",
                    "{{job}}")
                .alert("EvenkeelFallenBack", 0.5),
            Panel.stacked("Actions by guard", "short", "How often each guard did something.")
                .query(
                    "sum by (job, guard) (increase(evenkeel_guard_actions_total{job=~'$job',action!='resume'}[$__rate_interval]))",
                    "{{job}} {{guard}}")
                .runbook("EvenkeelGuardsAct")
                .runbook("EvenkeelGuardResets"),
            Panel.lines(
                    "Agreement with the source model",
                    "percentunit",
                    "Share of the shadowed samples to which both models give the same label.")
                .query(
                    "1 - sum by (job) (rate(evenkeel_source_disagreements_total{job=~'$job'}[$__rate_interval]))"
                        + " / sum by (job) (rate(evenkeel_shadowed_samples_total{job=~'$job'}[$__rate_interval]))",
                    "{{job}}")),
        Row.of(
            "Learning",
            Panel.stacked("Batches", "cps", "What became of each batch.")
                .query(
                    "sum by (job) (rate(evenkeel_adaptation_steps_total{job=~'$job'}[$__rate_interval]))",
                    "{{job}} adapted")
                .query(
                    "sum by (job, reason) (rate(evenkeel_skipped_batches_total{job=~'$job'}[$__rate_interval]))",
                    "{{job}} {{reason}}")
                .query(
                    "sum by (job) (rate(evenkeel_resets_total{job=~'$job'}[$__rate_interval])) or vector(0)",
                    "{{job}} reset"),
            Panel.lines(
                    "Learned from",
                    "percentunit",
                    "Share of the samples that could have been learned from; selections refuse some.")
                .query(
                    "sum by (job) (rate(evenkeel_accepted_samples_total{job=~'$job'}[$__rate_interval]))"
                        + " / sum by (job) (rate(evenkeel_offered_samples_total{job=~'$job'}[$__rate_interval]))",
                    "{{job}}"),
            Panel.lines("Updates", "cps", "Steps of the optimiser in a second.")
                .query(
                    "sum by (job) (rate(evenkeel_parameter_updates_total{job=~'$job'}[$__rate_interval]))",
                    "{{job}}"),
            Panel.lines(
                    "Distance from the source",
                    "percentunit",
                    "Of learned parameters at the end of windows, relative to the source's. The guard 'distance' acts"
                        + " at half.")
                .quantiles("evenkeel_window_parameter_distance_ratio", 0.5, 0.95),
            Panel.lines(
                    "Update norm", "none", "Mean L2 norm of updates, in units of the parameters.")
                .mean("evenkeel_window_update_norm"),
            Panel.lines(
                    "Frozen",
                    "percentunit",
                    "Share of the batches that came to streams which a command has frozen.")
                .query(
                    "sum by (job) (rate(evenkeel_skipped_batches_total{job=~'$job',reason='frozen'}[$__rate_interval]))"
                        + " / sum by (job) (rate(evenkeel_batch_fill_ratio_count{job=~'$job'}[$__rate_interval]))",
                    "{{job}}")
                .alert("EvenkeelFrozen", 0.5)),
        Row.of(
            "Answers",
            Panel.lines(
                    "Entropy of the answers", "none", "In nats. Towards 0 the model has collapsed.")
                .mean("evenkeel_prediction_entropy_nats")
                .quantiles("evenkeel_prediction_entropy_nats", 0.5, 0.95)
                .alert("EvenkeelEntropyCollapse", 0.01),
            Panel.lines(
                    "Commands",
                    "short",
                    "Of the control topic, within an hour, by what became of them.")
                .query(
                    "sum by (job, action, status) (increase(evenkeel_control_commands_total{job=~'$job'}[1h])) or vector(0)",
                    "{{job}} {{action}} {{status}}"),
            Panel.lines("Snapshots", "cps", "Of adapted states, by what became of them.")
                .query(
                    "sum by (job, result) (rate(evenkeel_snapshots_total{job=~'$job'}[$__rate_interval]))",
                    "{{job}} {{result}}")
                .runbook("EvenkeelSnapshotsFail")));
  }
}
