package dev.evenkeel.jobs.metrics;

import java.util.List;

/** What the job tells of its answers, of adaptation, and of what was done to it. */
final class StepMetrics {
  static final Metric SAMPLES_RECEIVED =
      Metric.counter(
          "evenkeel_samples_received_total", "samples", "Records read from the samples topic.");
  static final Metric PREDICTIONS =
      Metric.counter("evenkeel_predictions_total", "predictions", "Samples answered.");
  static final Metric DEAD_LETTERS =
      Metric.counter(
          "evenkeel_dead_letters_total",
          "records",
          "Records that could not be answered, by reason.",
          "reason");
  static final Metric BATCH_FILL =
      Metric.histogram(
          "evenkeel_batch_fill_ratio",
          "ratio",
          "Samples of a closed micro-batch as a share of batch.max-size.",
          0.0625,
          0.125,
          0.25,
          0.5,
          0.75,
          0.99,
          1.0);
  static final Metric STEP_DURATION =
      Metric.histogram(
          "evenkeel_step_duration_seconds",
          "seconds",
          "Time of one call that answers and adapts on one micro-batch or several.",
          0.001,
          0.0025,
          0.005,
          0.01,
          0.025,
          0.05,
          0.1,
          0.25,
          0.5,
          1.0,
          2.5);
  static final Metric CALL_STREAMS =
      Metric.histogram(
          "evenkeel_call_streams",
          "streams",
          "Streams whose micro-batches shared a call.",
          1.0,
          2.0,
          4.0,
          8.0,
          16.0,
          32.0,
          64.0,
          128.0);
  static final Metric SAMPLE_WAIT =
      Metric.histogram(
          "evenkeel_sample_wait_seconds",
          "seconds",
          "From the timestamp of a sample's record to its answer.",
          0.005,
          0.01,
          0.025,
          0.05,
          0.1,
          0.25,
          0.5,
          1.0,
          2.5,
          5.0,
          10.0,
          30.0,
          60.0,
          300.0,
          1800.0);
  static final Metric EXPIRED_STREAMS =
      Metric.counter(
          "evenkeel_expired_streams_total",
          "streams",
          "Streams whose state was forgotten: idle for too long, or too many.",
          "reason");
  static final Metric CONTROL_COMMANDS =
      Metric.counter(
          "evenkeel_control_commands_total",
          "commands and streams",
          "Commands of the control topic, counted for each stream that obeyed or refused them.",
          "action",
          "status");
  static final Metric ENTROPY =
      Metric.histogram(
          "evenkeel_prediction_entropy_nats",
          "nats",
          "Entropy of the emitted probabilities.",
          0.01,
          0.03,
          0.1,
          0.2,
          0.4,
          0.7,
          1.0,
          1.5,
          2.0,
          3.0,
          5.0);
  static final Metric ENERGY =
      Metric.histogram(
          "evenkeel_prediction_energy_nats",
          "nats",
          "Energy of the emitted logits, -ln(sum of exp(logit)): the higher, the stranger the sample."
              + " Comparable only between answers of one model.",
          -30.0,
          -20.0,
          -15.0,
          -12.0,
          -10.0,
          -8.0,
          -7.0,
          -6.0,
          -5.0,
          -4.0,
          -3.0,
          -2.0,
          -1.0,
          0.0);
  static final Metric CLASS_PREDICTIONS =
      Metric.counter(
          "evenkeel_class_predictions_total",
          "predictions",
          "Samples answered, by the index of the answered class.",
          "class");
  static final Metric ADAPTATION_STEPS =
      Metric.counter(
          "evenkeel_adaptation_steps_total", "steps", "Batches from which the state took a step.");
  static final Metric UPDATES =
      Metric.counter("evenkeel_parameter_updates_total", "updates", "Steps of the optimiser.");
  static final Metric OFFERED_SAMPLES =
      Metric.counter(
          "evenkeel_offered_samples_total",
          "samples",
          "Samples that could have been learned from.");
  static final Metric ACCEPTED_SAMPLES =
      Metric.counter(
          "evenkeel_accepted_samples_total", "samples", "Samples that were learned from.");
  static final Metric SKIPPED_BATCHES =
      Metric.counter(
          "evenkeel_skipped_batches_total",
          "batches",
          "Batches that were answered but not learned from, by reason.",
          "reason");
  static final Metric FALLEN_BACK_SAMPLES =
      Metric.counter(
          "evenkeel_fallen_back_samples_total",
          "samples",
          "Samples answered by the source model because a guard said so.");
  static final Metric GUARD_ACTIONS =
      Metric.counter(
          "evenkeel_guard_actions_total",
          "actions",
          "What guards did, and how often.",
          "guard",
          "action");
  static final Metric RESETS =
      Metric.counter(
          "evenkeel_resets_total",
          "resets",
          "Times a stream's state went back to its initial value, by reason.",
          "reason");
  static final Metric SHADOWED_SAMPLES =
      Metric.counter(
          "evenkeel_shadowed_samples_total", "samples", "Samples the source model answered too.");
  static final Metric SOURCE_DISAGREEMENTS =
      Metric.counter(
          "evenkeel_source_disagreements_total",
          "samples",
          "Shadowed samples to which the source model gave another label.");
  static final Metric STATE_BYTES =
      Metric.gauge(
          "evenkeel_state_bytes", "bytes", "Native memory of the adaptation states kept ready.");
  static final Metric LIVE_STREAMS =
      Metric.gauge("evenkeel_live_streams", "streams", "Streams whose state is kept ready.");
  static final Metric CANDIDATE_SAMPLES =
      Metric.counter(
          "evenkeel_candidate_samples_total",
          "samples",
          "Samples that a candidate model on a shadow trial answered unseen.");
  static final Metric CANDIDATE_DISAGREEMENTS =
      Metric.counter(
          "evenkeel_candidate_disagreements_total",
          "samples",
          "Those of them on which its label was another than the published one.");
  static final Metric CANDIDATE_CONFIDENCE =
      Metric.counter(
          "evenkeel_candidate_confidence_total",
          "samples",
          "Sum of the probabilities that the candidate gave to its labels.");
  static final Metric MODEL_INFO =
      Metric.gauge(
          "evenkeel_model_info",
          "1",
          "Operator instances that keep this model ready to serve.",
          "model");
  static final Metric SNAPSHOTS =
      Metric.counter(
          "evenkeel_snapshots_total",
          "snapshots",
          "Snapshots published, published again after a recovery (repeated), tried again since the"
              + " store was not reached (retried), given up for newer ones (given-up), or refused.",
          "result");
  static final Metric SNAPSHOTS_WAITING =
      Metric.gauge(
          "evenkeel_snapshots_waiting",
          "snapshots",
          "Snapshots that wait for their checkpoint or for the store.");

  /** All of them. */
  static final List<Metric> ALL =
      List.of(
          ACCEPTED_SAMPLES,
          ADAPTATION_STEPS,
          BATCH_FILL,
          CALL_STREAMS,
          CANDIDATE_CONFIDENCE,
          CANDIDATE_DISAGREEMENTS,
          CANDIDATE_SAMPLES,
          CLASS_PREDICTIONS,
          CONTROL_COMMANDS,
          DEAD_LETTERS,
          ENERGY,
          ENTROPY,
          EXPIRED_STREAMS,
          FALLEN_BACK_SAMPLES,
          GUARD_ACTIONS,
          LIVE_STREAMS,
          MODEL_INFO,
          OFFERED_SAMPLES,
          PREDICTIONS,
          RESETS,
          SAMPLES_RECEIVED,
          SAMPLE_WAIT,
          SHADOWED_SAMPLES,
          SKIPPED_BATCHES,
          SNAPSHOTS,
          SNAPSHOTS_WAITING,
          SOURCE_DISAGREEMENTS,
          STATE_BYTES,
          STEP_DURATION,
          UPDATES);

  private StepMetrics() {}
}
