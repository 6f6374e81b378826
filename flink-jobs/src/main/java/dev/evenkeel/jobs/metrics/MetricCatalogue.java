package dev.evenkeel.jobs.metrics;

import java.util.List;

/**
 * Every metric of the job. All carry the labels {@code job} and {@code recipe}; none carries a
 * stream or a sample.
 */
public final class MetricCatalogue {
  private static final Double[] SHARES = {
    0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98, 1.0
  };

  /** Classes that have a series of their own. */
  static final int CLASSES_TOLD = 20;

  public static final Metric SAMPLES_RECEIVED =
      Metric.counter(
          "evenkeel_samples_received_total", "samples", "Records read from the samples topic.");
  public static final Metric PREDICTIONS =
      Metric.counter("evenkeel_predictions_total", "predictions", "Samples answered.");
  public static final Metric DEAD_LETTERS =
      Metric.counter(
          "evenkeel_dead_letters_total",
          "records",
          "Records that could not be answered, by reason.",
          "reason");
  public static final Metric BATCH_FILL =
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
  public static final Metric STEP_DURATION =
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
  public static final Metric CALL_STREAMS =
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
  public static final Metric SAMPLE_WAIT =
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
  public static final Metric EXPIRED_STREAMS =
      Metric.counter(
          "evenkeel_expired_streams_total",
          "streams",
          "Streams whose state was forgotten: idle for too long, or too many.",
          "reason");
  public static final Metric CONTROL_COMMANDS =
      Metric.counter(
          "evenkeel_control_commands_total",
          "commands and streams",
          "Commands of the control topic, counted for each stream that obeyed or refused them.",
          "action",
          "status");
  public static final Metric ENTROPY =
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
  public static final Metric ENERGY =
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
  public static final Metric CLASS_PREDICTIONS =
      Metric.counter(
          "evenkeel_class_predictions_total",
          "predictions",
          "Samples answered, by the index of the answered class.",
          "class");
  public static final Metric ADAPTATION_STEPS =
      Metric.counter(
          "evenkeel_adaptation_steps_total", "steps", "Batches from which the state took a step.");
  public static final Metric UPDATES =
      Metric.counter("evenkeel_parameter_updates_total", "updates", "Steps of the optimiser.");
  public static final Metric OFFERED_SAMPLES =
      Metric.counter(
          "evenkeel_offered_samples_total",
          "samples",
          "Samples that could have been learned from.");
  public static final Metric ACCEPTED_SAMPLES =
      Metric.counter(
          "evenkeel_accepted_samples_total", "samples", "Samples that were learned from.");
  public static final Metric SKIPPED_BATCHES =
      Metric.counter(
          "evenkeel_skipped_batches_total",
          "batches",
          "Batches that were answered but not learned from, by reason.",
          "reason");
  public static final Metric FALLEN_BACK_SAMPLES =
      Metric.counter(
          "evenkeel_fallen_back_samples_total",
          "samples",
          "Samples answered by the source model because a guard said so.");
  public static final Metric GUARD_ACTIONS =
      Metric.counter(
          "evenkeel_guard_actions_total",
          "actions",
          "What guards did, and how often.",
          "guard",
          "action");
  public static final Metric RESETS =
      Metric.counter(
          "evenkeel_resets_total",
          "resets",
          "Times a stream's state went back to its initial value, by reason.",
          "reason");
  public static final Metric SHADOWED_SAMPLES =
      Metric.counter(
          "evenkeel_shadowed_samples_total", "samples", "Samples the source model answered too.");
  public static final Metric SOURCE_DISAGREEMENTS =
      Metric.counter(
          "evenkeel_source_disagreements_total",
          "samples",
          "Shadowed samples to which the source model gave another label.");
  public static final Metric STATE_BYTES =
      Metric.gauge(
          "evenkeel_state_bytes", "bytes", "Native memory of the adaptation states kept ready.");
  public static final Metric LIVE_STREAMS =
      Metric.gauge("evenkeel_live_streams", "streams", "Streams whose state is kept ready.");
  public static final Metric CANDIDATE_SAMPLES =
      Metric.counter(
          "evenkeel_candidate_samples_total",
          "samples",
          "Samples that a candidate model on a shadow trial answered unseen.");
  public static final Metric CANDIDATE_DISAGREEMENTS =
      Metric.counter(
          "evenkeel_candidate_disagreements_total",
          "samples",
          "Those of them on which its label was another than the published one.");
  public static final Metric CANDIDATE_CONFIDENCE =
      Metric.counter(
          "evenkeel_candidate_confidence_total",
          "samples",
          "Sum of the probabilities that the candidate gave to its labels.");
  public static final Metric MODEL_INFO =
      Metric.gauge(
          "evenkeel_model_info",
          "1",
          "Operator instances that keep this model ready to serve.",
          "model");

  public static final Metric SNAPSHOTS =
      Metric.counter(
          "evenkeel_snapshots_total",
          "snapshots",
          "Snapshots published, published again after a recovery (repeated), tried again since the"
              + " store was not reached (retried), given up for newer ones (given-up), or refused.",
          "result");
  public static final Metric SNAPSHOTS_WAITING =
      Metric.gauge(
          "evenkeel_snapshots_waiting",
          "snapshots",
          "Snapshots that wait for their checkpoint or for the store.");
  public static final Metric LABELS =
      Metric.counter(
          "evenkeel_labels_total",
          "labels",
          "Labels read: joined to their answer, late, duplicate, unmatched, or of an unknown class.",
          "result");
  public static final Metric RIGHT_ANSWERS =
      Metric.counter(
          "evenkeel_correct_answers_total",
          "samples",
          "Joined samples whose answer was right; of the labels with the result joined.");
  public static final Metric LABELLED_SHADOWED =
      Metric.counter(
          "evenkeel_labelled_shadowed_samples_total",
          "samples",
          "Joined samples that the source model answered too.");
  public static final Metric RIGHT_SOURCE_ANSWERS =
      Metric.counter(
          "evenkeel_correct_source_answers_total",
          "samples",
          "Joined samples that the source model answered rightly.");
  public static final Metric DRIFT_REPORTS =
      Metric.counter("evenkeel_drift_reports_total", "windows", "Windows of streams reported.");
  public static final Metric DRIFT_ALARMS =
      Metric.counter(
          "evenkeel_drift_alarms_total",
          "alarms",
          "Times a change detector fired, by what it watched and what that means.",
          "detector",
          "signal",
          "event");
  public static final Metric WINDOW_DIVERGENCE =
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
  public static final Metric WINDOW_DIVERSITY =
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
  public static final Metric WINDOW_FEATURE_DISCREPANCY =
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
  public static final Metric WINDOW_CLASS_DISTANCE =
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
  public static final Metric WINDOW_LABEL_SHIFT =
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
  public static final Metric CONFUSION_CONDITION =
      Metric.gauge(
          "evenkeel_confusion_condition_ratio",
          "ratio",
          "Condition number of the source model's confusion in the source profile: how much an"
              + " estimate of label shift magnifies sampling noise. Not told beyond 256 classes.");
  public static final Metric WINDOW_PARAMETER_DISTANCE =
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
  public static final Metric WINDOW_UPDATE_NORM =
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
  public static final Metric WINDOW_AGREEMENT =
      Metric.histogram(
          "evenkeel_window_agreement_ratio",
          "ratio",
          "Share of a window's shadowed samples on which answer and source model agree.",
          SHARES);
  public static final Metric WINDOW_ESTIMATED_ACCURACY =
      Metric.histogram(
          "evenkeel_window_estimated_accuracy_ratio",
          "ratio",
          "Accuracy of a window guessed without labels, by average thresholded confidence.",
          SHARES);
  public static final Metric WINDOW_ACCURACY =
      Metric.histogram(
          "evenkeel_window_accuracy_ratio",
          "ratio",
          "Accuracy of a window's joined samples.",
          SHARES);
  public static final Metric WINDOW_CALIBRATION_ERROR =
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
  public static final Metric WINDOW_LABEL_DELAY =
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
  public static final Metric WINDOW_WORST_SEGMENT =
      Metric.histogram(
          "evenkeel_window_worst_segment_accuracy_ratio",
          "ratio",
          "Accuracy of the worst segment at the end of a window, of labels or guessed.",
          SHARES);

  /** All of them, sorted by name. */
  public static final List<Metric> ALL =
      List.of(
          ACCEPTED_SAMPLES,
          ADAPTATION_STEPS,
          BATCH_FILL,
          CALL_STREAMS,
          CANDIDATE_CONFIDENCE,
          CANDIDATE_DISAGREEMENTS,
          CANDIDATE_SAMPLES,
          CLASS_PREDICTIONS,
          CONFUSION_CONDITION,
          CONTROL_COMMANDS,
          RIGHT_ANSWERS,
          RIGHT_SOURCE_ANSWERS,
          DEAD_LETTERS,
          DRIFT_ALARMS,
          DRIFT_REPORTS,
          EXPIRED_STREAMS,
          FALLEN_BACK_SAMPLES,
          GUARD_ACTIONS,
          LABELLED_SHADOWED,
          LABELS,
          LIVE_STREAMS,
          MODEL_INFO,
          OFFERED_SAMPLES,
          UPDATES,
          ENERGY,
          ENTROPY,
          PREDICTIONS,
          RESETS,
          SAMPLE_WAIT,
          SAMPLES_RECEIVED,
          SHADOWED_SAMPLES,
          SKIPPED_BATCHES,
          SNAPSHOTS,
          SNAPSHOTS_WAITING,
          SOURCE_DISAGREEMENTS,
          STATE_BYTES,
          STEP_DURATION,
          WINDOW_ACCURACY,
          WINDOW_AGREEMENT,
          WINDOW_CALIBRATION_ERROR,
          WINDOW_CLASS_DISTANCE,
          WINDOW_DIVERSITY,
          WINDOW_ESTIMATED_ACCURACY,
          WINDOW_FEATURE_DISCREPANCY,
          WINDOW_DIVERGENCE,
          WINDOW_LABEL_DELAY,
          WINDOW_LABEL_SHIFT,
          WINDOW_PARAMETER_DISTANCE,
          WINDOW_UPDATE_NORM,
          WINDOW_WORST_SEGMENT);

  /** Every label, sorted by name. */
  public static final List<MetricLabel> LABEL_NAMES =
      List.of(
          new MetricLabel("action", "What a command or a guard did.", "the actions there are"),
          new MetricLabel(
              "class",
              "Index of a class; those from " + CLASSES_TOLD + " on are `other`.",
              CLASSES_TOLD + " and `other`"),
          new MetricLabel(
              "detector",
              "`drift.detector`, or `class-guard` where a protected class was lost.",
              "the detectors there are"),
          new MetricLabel("event", "What an alarm means.", "the events there are"),
          new MetricLabel("guard", "Which guard; see [guards](guards.md).", "the guards there are"),
          new MetricLabel("job", "`name` of the job file.", "one for each job"),
          new MetricLabel(
              "model",
              "Version of a model; its series ends with its service.",
              "the models that serve at a time"),
          new MetricLabel(
              "reason",
              "Why: lower-case words with hyphens, the same as in dead letters and audit events.",
              "the reasons there are"),
          new MetricLabel("recipe", "`recipe` of the job file.", "one for each job"),
          new MetricLabel("result", "What became of a label or a snapshot.", "five"),
          new MetricLabel("signal", "What a detector watched.", "the signals there are"),
          new MetricLabel("status", "`applied`, `refused` or `failed`.", "three"));

  private MetricCatalogue() {}
}
