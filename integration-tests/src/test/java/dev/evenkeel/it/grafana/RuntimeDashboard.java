package dev.evenkeel.it.grafana;

/** What the machines do. */
final class RuntimeDashboard {
  /** Of processes that run a job; memory of others is not shown. */
  private static final String OF_JOBS =
      " and on (instance) count by (instance) (evenkeel_predictions_total{job=~'$job'})";

  private RuntimeDashboard() {}

  static Dashboard make() {
    return Dashboard.of(
        "evenkeel-runtime",
        "Evenkeel: runtime",
        "What ONNX Runtime, Flink, Kafka and the Java machine do.",
        Row.of(
            "ONNX Runtime",
            Panel.lines(
                    "Duration of a call", "s", "Answers and adapts on one micro-batch or several.")
                .quantiles("evenkeel_step_duration_seconds", 0.5, 0.95, 0.99),
            Panel.lines("Time in calls", "none", "Seconds in a second: so many instances are busy.")
                .query(
                    "sum by (job) (rate(evenkeel_step_duration_seconds_sum{job=~'$job'}[$__rate_interval]))",
                    "{{job}}"),
            Panel.lines("Batch fill", "percentunit", "Samples of a micro-batch, of batch.max-size.")
                .mean("evenkeel_batch_fill_ratio"),
            Panel.lines("Streams in a call", "short", "Micro-batches that shared a call.")
                .mean("evenkeel_call_streams"),
            Panel.lines(
                    "Memory of states",
                    "bytes",
                    "Native memory of the adaptation states kept ready.")
                .query("sum by (job) (evenkeel_state_bytes{job=~'$job'})", "{{job}}"),
            Panel.lines(
                    "Memory of accelerators",
                    "percentunit",
                    "Used of what each has, by any process. Needs an accelerator, and a job on CUDA.")
                .query(
                    "max by (instance, gpu) (evenkeel_gpu_memory_used_bytes{job=~'$job'} / evenkeel_gpu_memory_bytes{job=~'$job'})",
                    "{{instance}} {{gpu}}")
                .alert("EvenkeelGpuMemory", 0.9)
                .onAccelerators()),
        Row.of(
            "Flink",
            Panel.lines(
                    "Busy",
                    "percentunit",
                    "Share of the time that each task works; the one near 1 is the limit.")
                .query(
                    "max by (job_name, task_name) (flink_taskmanager_job_task_busyTimeMsPerSecond{job_name=~'$job'}) / 1000",
                    "{{job_name}} {{task_name}}"),
            Panel.lines(
                    "Backpressure",
                    "percentunit",
                    "Share of the time that each task waits for those behind it.")
                .query(
                    "max by (job_name, task_name) (flink_taskmanager_job_task_backPressuredTimeMsPerSecond{job_name=~'$job'}) / 1000",
                    "{{job_name}} {{task_name}}")
                .alert("EvenkeelBackpressure", 0.5),
            Panel.lines("Duration of checkpoints", "s", "Of the last one.")
                .query(
                    "max by (job_name) (flink_jobmanager_job_lastCheckpointDuration{job_name=~'$job'}) / 1000",
                    "{{job_name}}")
                .alert("EvenkeelCheckpointsSlow", 60),
            Panel.lines("Size of checkpoints", "bytes", "Written with the last one, and in all.")
                .query(
                    "max by (job_name) (flink_jobmanager_job_lastCheckpointSize{job_name=~'$job'})",
                    "{{job_name}} last")
                .query(
                    "max by (job_name) (flink_jobmanager_job_lastCheckpointFullSize{job_name=~'$job'})",
                    "{{job_name}} all"),
            Panel.number("TaskManagers", "short", "That the JobManager knows.")
                .query("sum(flink_jobmanager_numRegisteredTaskManagers)", "TaskManagers"),
            Panel.number("Free slots", "short", "For jobs, and for restarts.")
                .query("sum(flink_jobmanager_taskSlotsAvailable)", "free slots")),
        Row.of(
            "Kafka",
            Panel.lines(
                    "Lag of consumers",
                    "short",
                    "Records of the partition that is furthest behind.")
                .query(
                    "max by (job_name, operator_name) (flink_taskmanager_job_task_operator_KafkaSourceReader_KafkaConsumer_records_lag_max{job_name=~'$job'})",
                    "{{job_name}} {{operator_name}}"),
            Panel.lines("Read", "cps", "Records of each source.")
                .query(
                    "sum by (job_name, operator_name) (flink_taskmanager_job_task_operator_KafkaSourceReader_KafkaConsumer_records_consumed_rate{job_name=~'$job'})",
                    "{{job_name}} {{operator_name}}"),
            Panel.lines(
                    "Commits of offsets",
                    "cps",
                    "They only tell others how far the job is; what counts is in its checkpoints.")
                .query(
                    "sum by (job_name) (rate(flink_taskmanager_job_task_operator_KafkaSourceReader_commitsSucceeded{job_name=~'$job'}[$__rate_interval]))",
                    "{{job_name}} done")
                .query(
                    "sum by (job_name) (rate(flink_taskmanager_job_task_operator_KafkaSourceReader_commitsFailed{job_name=~'$job'}[$__rate_interval]))",
                    "{{job_name}} failed")),
        Row.of(
            "Java",
            Panel.lines("Heap", "percentunit", "Of each TaskManager, used of what it may have.")
                .query(
                    "max by (instance) (flink_taskmanager_Status_JVM_Memory_Heap_Used / flink_taskmanager_Status_JVM_Memory_Heap_Max)",
                    "{{instance}}")
                .alert("EvenkeelHeapFull", 0.95),
            Panel.lines("Garbage collection", "percentunit", "Share of the time.")
                .query(
                    "sum by (instance) (rate(jvm_gc_collection_seconds_sum[$__rate_interval]))"
                        + OF_JOBS,
                    "{{instance}}"),
            Panel.lines(
                    "Resident memory",
                    "bytes",
                    "Of processes that run a job: heap, states, ONNX Runtime.")
                .query("process_resident_memory_bytes" + OF_JOBS, "{{instance}}"),
            Panel.lines("Threads", "short", "Of processes that run a job.")
                .query("jvm_threads_current" + OF_JOBS, "{{instance}}"),
            Panel.lines("Open files", "short", "Of processes that run a job.")
                .query("process_open_fds" + OF_JOBS, "{{instance}}")));
  }
}
