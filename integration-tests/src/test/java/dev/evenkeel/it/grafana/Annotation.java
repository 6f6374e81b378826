package dev.evenkeel.it.grafana;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Events that all dashboards mark.
 *
 * @param enabled whether they are marked before somebody asks for it
 * @param expression positive where there was one
 * @param title of an event
 * @param text below its title
 * @param tags labels of the expression's series that an event is tagged with
 */
public record Annotation(
    String name,
    String color,
    boolean enabled,
    String expression,
    String title,
    String text,
    List<String> tags) {
  private static final String WHO =
      "Who, why, and with which figures: audit topic, evenkeel explain";

  public static final List<Annotation> ALL =
      List.of(
          counted(
              "Guard actions",
              "orange",
              "evenkeel_guard_actions_total{job=~'$job'}",
              "{{job}}: guard {{guard}}, {{action}}",
              WHO,
              List.of("job", "guard", "action")),
          counted(
              "Commands",
              "blue",
              "evenkeel_control_commands_total{job=~'$job',status='applied'}",
              "{{job}}: {{action}} by command",
              WHO,
              List.of("job", "action", "status")),
          counted(
              "Refused commands",
              "dark-red",
              "evenkeel_control_commands_total{job=~'$job',status!='applied'}",
              "{{job}}: command {{action}} {{status}}",
              WHO,
              List.of("job", "action", "status")),
          new Annotation(
              "Models",
              "green",
              true,
              "max by (job, model) (%s) > 0".formatted(born("evenkeel_model_info{job=~'$job'}")),
              "{{job}}: another model is loaded",
              "{{model}}",
              List.of("job", "model")),
          counted(
              "Drift alarms",
              "yellow",
              "evenkeel_drift_alarms_total{job=~'$job'}",
              "{{job}}: {{event}}",
              "{{detector}} on {{signal}}. Of which stream: drift topic, evenkeel explain",
              List.of("job", "event", "signal", "detector")),
          counted(
              "Snapshots not published",
              "dark-orange",
              "evenkeel_snapshots_total{job=~'$job',result=~'refused|given-up|retried'}",
              "{{job}}: snapshot {{result}}",
              "Of which stream, and why: audit topic, evenkeel explain",
              List.of("job", "result")),
          counted(
                  "Resets by the method",
                  "purple",
                  "evenkeel_resets_total{job=~'$job',reason!~'guard-.*'}",
                  "{{job}}: reset, {{reason}}",
                  "A rule of the recipe: reset.every, reset.loss-floor and the like",
                  List.of("job", "reason"))
              .offAtFirst(),
          new Annotation(
              "Restarts",
              "red",
              true,
              "max by (job_name) (increase(flink_jobmanager_job_numRestarts{job_name=~'$job'}[$__interval])) > 0",
              "{{job_name}}: restart",
              "Exceptions are in Flink's web interface",
              List.of("job_name")));

  public Annotation {
    tags = List.copyOf(tags);
  }

  /** Events that a counter counts, those included with which a series of it begins. */
  private static Annotation counted(
      String name, String color, String counter, String title, String text, List<String> labels) {
    String sum = labels.stream().collect(Collectors.joining(", ", "sum by (", ")"));
    String expression =
        "%1$s (increase(%2$s[$__interval])) > 0 or %1$s (%3$s) > 0"
            .formatted(sum, counter, born(counter));
    return new Annotation(name, color, true, expression, title, text, labels);
  }

  /** Series that were not there an interval ago, though their endpoint was. */
  private static String born(String series) {
    return ("(%1$s unless %1$s offset $__interval)"
            + " and on (job, instance) evenkeel_samples_received_total offset $__interval")
        .formatted(series);
  }

  /** Frequent where a recipe says so. */
  private Annotation offAtFirst() {
    return new Annotation(name, color, false, expression, title, text, tags);
  }
}
