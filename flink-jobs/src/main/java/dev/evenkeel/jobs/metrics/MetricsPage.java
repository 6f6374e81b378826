package dev.evenkeel.jobs.metrics;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The reference of metrics as a page, derived from the catalogue. */
public final class MetricsPage {
  private static final String INTRODUCTION =
      """
      # Metrics

      Made from the catalogue in the code; do not edit by hand. [Dashboards](dashboards.md) and
      [alerts](runbooks.md) are built on them.

      ## Where they are

      Every process of a job has two endpoints:

      | | port | from | has |
      |---|---|---|---|
      | the job's | `metrics.port` of the job file, 9250 | `run`, `demo`, each TaskManager | all `evenkeel_` metrics below, and `jvm_` and `process_` ones of the process |
      | Flink's | `metrics.reporter.prom.port` of Flink's `config.yaml`, 9249 | each JobManager and TaskManager | `flink_` metrics: checkpoints, restarts, backpressure, Kafka |

      They cannot be one: Flink's reporter has a registry of its own, in a class loader that a job does not see. If a port is taken, the
      job's endpoint takes the next free one of ten: a second TaskManager on the same machine, or a second job in the same TaskManager,
      is on 9251. Flink's needs a range for that (`9249-9258`). Flink's reporter lies in `plugins/metrics-prometheus` of its distribution:

      ```yaml
      metrics.reporters: prom
      metrics.reporter.prom.factory.class: org.apache.flink.metrics.prometheus.PrometheusReporterFactory
      metrics.reporter.prom.port: 9249
      metrics.reporter.prom.filterLabelValueCharacters: "false"     # else job names lose their dots and hyphens
      metrics.reporter.prom.scope.variables.excludes: "job_id;task_id;task_attempt_id;task_attempt_num;operator_id;tm_id"
      ```

      [deploy/prometheus/prometheus.yml](../deploy/prometheus/prometheus.yml) scrapes both, of the job's the ports 9250 to 9253: one on which
      nobody listens is `up == 0` and no alert. `honor_labels: true` matters there: `job` is the
      name of the Evenkeel job, as `job_name` is in Flink's metrics, and not that of the scrape.

      ## Conventions

      - Base units: seconds, bytes, ratios from 0 to 1, nats. Counters end in `_total`. Histograms have fixed buckets, so they can be added
        over instances and jobs; Flink's summaries cannot.
      - Every metric has the labels `job` and `recipe`. **None has a stream or a sample**: the number of series does not grow with the
        number of streams, which is tested with 10,000. What a single stream does is on the drift and audit topics.
      - Metrics named `window` are observed once for each window of a stream, at its end ([drift](drift.md)): quantiles over streams.
      - Counters start at 0 with the process. Those whose labels are known before (dead letters, guard actions, commands, labels, snapshots) are there from
        the start, so that the first event shows as an increase.
      - `evenkeel_sample_wait_seconds` has exemplars: each bucket names the trace (`trace_id`, of the sample's `traceparent`) of the last sample
        with one that fell into it. They are told in the OpenMetrics format, for which Prometheus asks by itself, and kept by a Prometheus with
        `--enable-feature=exemplar-storage`.

      """;

  private MetricsPage() {}

  /** Markdown of the whole page. */
  public static String markdown() {
    return Stream.of(
            Stream.of(INTRODUCTION + "## Metrics\n\n| name | type | unit | labels | meaning |"),
            Stream.of("|---|---|---|---|---|"),
            MetricCatalogue.ALL.stream().map(MetricsPage::row),
            Stream.of("\n## Labels\n\n| label | meaning | values |", "|---|---|---|"),
            MetricCatalogue.LABEL_NAMES.stream().map(MetricsPage::row))
        .flatMap(lines -> lines)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String row(Metric metric) {
    return "| `%s` | %s | %s | %s | %s |"
        .formatted(
            metric.name(),
            metric.type().name().toLowerCase(Locale.ROOT),
            metric.unit(),
            code(metric.labels()),
            metric.help().replace("|", "\\|"));
  }

  private static String row(MetricLabel label) {
    return "| `%s` | %s | %s |".formatted(label.name(), label.meaning(), label.values());
  }

  private static String code(List<String> names) {
    return names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
  }
}
