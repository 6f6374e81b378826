package dev.evenkeel.jobs.metrics;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every metric of the job. All carry the labels {@code job} and {@code recipe}; none carries a
 * stream or a sample.
 */
public final class MetricCatalogue {
  /** Classes that have a series of their own. */
  static final int CLASSES_TOLD = 20;

  /** All of them, sorted by name. */
  public static final List<Metric> ALL =
      Stream.of(StepMetrics.ALL, QualityMetrics.ALL, DeviceMetrics.ALL)
          .flatMap(List::stream)
          .sorted(Comparator.comparing(Metric::name))
          .toList();

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
          new MetricLabel("gpu", "Index of a GPU, as `nvidia-smi` has it.", "the GPUs there are"),
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
