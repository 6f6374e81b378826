package dev.evenkeel.it.grafana;

import java.util.List;

/**
 * Events that all dashboards mark.
 *
 * @param expression positive where there was one
 * @param title of an event
 */
public record Annotation(String name, String color, String expression, String title) {
  public static final List<Annotation> ALL =
      List.of(
          new Annotation(
              "Guard actions",
              "orange",
              "sum by (job, guard, action) (increase(evenkeel_guard_actions_total{job=~'$job'}[$__interval])) > 0",
              "{{job}}: {{guard}}, {{action}}"),
          new Annotation(
              "Commands",
              "blue",
              "sum by (job, action, status) (increase(evenkeel_control_commands_total{job=~'$job'}[$__interval])) > 0",
              "{{job}}: {{action}} {{status}}"),
          new Annotation(
              "Restarts",
              "red",
              "max by (job_name) (increase(flink_jobmanager_job_numRestarts{job_name=~'$job'}[$__interval])) > 0",
              "{{job_name}}: restart"));
}
