package dev.evenkeel.it.grafana;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A panel of a dashboard. Immutable: methods give another one.
 *
 * @param title what is shown
 * @param kind how
 * @param unit Grafana's name of the unit
 * @param description what to see in it
 * @param queries at least one
 * @param bound where the first alert on it fires
 * @param runbooks alerts that its links explain
 * @param needsAccelerator whether there is nothing to see on a machine without
 */
public record Panel(
    String title,
    Kind kind,
    String unit,
    String description,
    List<Query> queries,
    Optional<Double> bound,
    List<String> runbooks,
    boolean needsAccelerator) {

  /** How a panel shows its series. */
  public enum Kind {
    /** Lines over time. */
    LINES("timeseries", 8, 8),
    /** Areas over time, one on the other. */
    STACKED("timeseries", 8, 8),
    /** The present value as a number. */
    NUMBER("stat", 4, 4),
    /** Present values as rows. */
    TABLE("table", 8, 8);

    private final String type;
    private final int width;
    private final int height;

    Kind(String type, int width, int height) {
      this.type = type;
      this.width = width;
      this.height = height;
    }

    String type() {
      return type;
    }

    int width() {
      return width;
    }

    int height() {
      return height;
    }
  }

  public Panel {
    queries = List.copyOf(queries);
    runbooks = List.copyOf(runbooks);
  }

  static Panel lines(String title, String unit, String description) {
    return of(Kind.LINES, title, unit, description);
  }

  static Panel stacked(String title, String unit, String description) {
    return of(Kind.STACKED, title, unit, description);
  }

  static Panel number(String title, String unit, String description) {
    return of(Kind.NUMBER, title, unit, description);
  }

  static Panel table(String title, String unit, String description) {
    return of(Kind.TABLE, title, unit, description);
  }

  private static Panel of(Kind kind, String title, String unit, String description) {
    return new Panel(title, kind, unit, description, List.of(), Optional.empty(), List.of(), false);
  }

  /** With another expression. */
  Panel query(String expression, String legend) {
    List<Query> more = new ArrayList<>(queries);
    more.add(new Query(expression, legend));
    return new Panel(title, kind, unit, description, more, bound, runbooks, needsAccelerator);
  }

  /** With quantiles of a histogram over jobs. */
  Panel quantiles(String histogram, double... quantiles) {
    Panel panel = this;
    for (double quantile : quantiles) {
      panel =
          panel.query(
              "histogram_quantile(%s, sum by (job, le) (rate(%s_bucket{job=~'$job'}[$__rate_interval])))"
                  .formatted(quantile, histogram),
              "{{job}} " + Math.round(100 * quantile) + " %");
    }
    return panel;
  }

  /** With the mean of a histogram over jobs. */
  Panel mean(String histogram) {
    return query(
        ("sum by (job) (rate(%1$s_sum{job=~'$job'}[$__rate_interval]))"
                + " / sum by (job) (rate(%1$s_count{job=~'$job'}[$__rate_interval]))")
            .formatted(histogram),
        "{{job}} mean");
  }

  /** With the bound of an alert and a link to its runbook. */
  Panel alert(String name, double at) {
    return new Panel(
        title, kind, unit, description, queries, Optional.of(at), List.of(name), needsAccelerator);
  }

  /** With a link to the runbook of an alert. */
  Panel runbook(String name) {
    List<String> more = new ArrayList<>(runbooks);
    more.add(name);
    return new Panel(title, kind, unit, description, queries, bound, more, needsAccelerator);
  }

  Panel onAccelerators() {
    return new Panel(title, kind, unit, description, queries, bound, runbooks, true);
  }
}
