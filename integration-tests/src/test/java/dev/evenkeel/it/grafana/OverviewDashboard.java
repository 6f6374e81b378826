package dev.evenkeel.it.grafana;

/** Whether samples are answered, and how fast. */
final class OverviewDashboard {
  private OverviewDashboard() {}

  static Dashboard make() {
    return Dashboard.of(
        "evenkeel-overview",
        "Evenkeel: overview and service level",
        "Are samples answered, how fast, and what is refused?",
        Row.of(
            "Now",
            Panel.number("Jobs", "short", "Jobs whose metrics are scraped.")
                .query("count(count by (job) (evenkeel_predictions_total{job=~'$job'}))", "jobs")
                .runbook("EvenkeelJobDown")
                .runbook("EvenkeelTargetDown"),
            Panel.number("Answers", "cps", "Samples answered in a second.")
                .query(
                    "sum(rate(evenkeel_predictions_total{job=~'$job'}[$__rate_interval]))",
                    "answers"),
            Panel.number("From sample to answer, 95 %", "s", "One answer in twenty takes longer.")
                .query(
                    "histogram_quantile(0.95, sum by (le) (rate(evenkeel_sample_wait_seconds_bucket{job=~'$job'}[$__rate_interval])))",
                    "95 %")
                .alert("EvenkeelLag", 180),
            Panel.number("Refused", "percentunit", "Dead letters of samples and labels per sample.")
                .query(
                    "sum(rate(evenkeel_dead_letters_total{job=~'$job'}[$__rate_interval]))"
                        + " / sum(rate(evenkeel_samples_received_total{job=~'$job'}[$__rate_interval]))",
                    "refused")
                .alert("EvenkeelDeadLetters", 0.01),
            Panel.number("Since the last checkpoint", "s", "Of the job whose is the oldest.")
                .query(
                    "max(time() - flink_jobmanager_job_lastCheckpointCompletedTimestamp{job_name=~'$job'} / 1000)",
                    "age")
                .alert("EvenkeelNoCheckpoint", 300),
            Panel.number("Streams", "short", "Streams whose state is kept ready.")
                .query("sum(evenkeel_live_streams{job=~'$job'})", "streams")),
        Row.of(
            "Service level",
            Panel.lines(
                    "In and out", "cps", "The two lines lie on each other but for what is refused.")
                .query(
                    "sum by (job) (rate(evenkeel_samples_received_total{job=~'$job'}[$__rate_interval]))",
                    "{{job}} read")
                .query(
                    "sum by (job) (rate(evenkeel_predictions_total{job=~'$job'}[$__rate_interval]))",
                    "{{job}} answered")
                .runbook("EvenkeelSourceIdle"),
            Panel.lines(
                    "From sample to answer",
                    "s",
                    "From the timestamp of a sample's record to its answer; under exactly-once consumers see it"
                        + " with the next checkpoint.")
                .quantiles("evenkeel_sample_wait_seconds", 0.5, 0.95, 0.99)
                .alert("EvenkeelLag", 180),
            Panel.lines("Answered within a second", "percentunit", "A service level to hold on to.")
                .query(
                    "sum by (job) (rate(evenkeel_sample_wait_seconds_bucket{job=~'$job',le='1.0'}[$__rate_interval]))"
                        + " / sum by (job) (rate(evenkeel_sample_wait_seconds_count{job=~'$job'}[$__rate_interval]))",
                    "{{job}}"),
            Panel.lines("Backlog", "short", "Samples in Kafka that nobody has read yet.")
                .query(
                    "sum by (job_name) (flink_taskmanager_job_task_operator_pendingRecords{job_name=~'$job',operator_name='Source: samples'})",
                    "{{job_name}}")
                .alert("EvenkeelBacklog", 10_000),
            Panel.stacked("Refused records by reason", "cps", "The five most frequent reasons.")
                .query(
                    "topk(5, sum by (job, reason) (rate(evenkeel_dead_letters_total{job=~'$job'}[$__rate_interval])))",
                    "{{job}} {{reason}}")
                .runbook("EvenkeelDeadLetters"),
            Panel.table("Models that serve", "short", "By how many operator instances.")
                .query(
                    "sum by (job, recipe, model) (evenkeel_model_info{job=~'$job'})",
                    "{{job}} {{recipe}} {{model}}")),
        Row.of(
            "Recovery",
            Panel.lines(
                    "Age of the last checkpoint", "s", "What would be done again after a failure.")
                .query(
                    "max by (job_name) (time() - flink_jobmanager_job_lastCheckpointCompletedTimestamp{job_name=~'$job'} / 1000)",
                    "{{job_name}}")
                .alert("EvenkeelNoCheckpoint", 300),
            Panel.lines("Restarts", "short", "Within an hour.")
                .query(
                    "max by (job_name) (increase(flink_jobmanager_job_numRestarts{job_name=~'$job'}[1h]))",
                    "{{job_name}}")
                .runbook("EvenkeelRestarts")
                .runbook("EvenkeelRestartLoop"),
            Panel.lines("Failed checkpoints", "short", "Within a quarter of an hour.")
                .query(
                    "max by (job_name) (increase(flink_jobmanager_job_numberOfFailedCheckpoints{job_name=~'$job'}[15m]))",
                    "{{job_name}}")
                .runbook("EvenkeelCheckpointsFail")));
  }
}
