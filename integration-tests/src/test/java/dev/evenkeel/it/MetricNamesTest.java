package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.jobs.metrics.Metric;
import dev.evenkeel.jobs.metrics.MetricCatalogue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every metric of the catalogue, also one that no machine of the tests can tell, is well named. */
class MetricNamesTest {
  @TempDir Path directory;

  @Test
  void promtoolFindsNothingAmiss() throws Exception {
    String exposition =
        MetricCatalogue.ALL.stream()
            .map(MetricNamesTest::exposed)
            .collect(Collectors.joining("\n", "", "\n"));
    assertThat(exposition).contains("evenkeel_gpu_memory_used_bytes{job=");
    Path file = Files.writeString(directory.resolve("metrics.txt"), exposition);
    Tool.Result result = Tool.require("promtool", "prometheus").run(file, "check", "metrics");
    assertThat(result.output()).isEmpty();
    assertThat(result.exitCode()).isZero();
  }

  private static String exposed(Metric metric) {
    String labels =
        metric.labelNames().stream()
            .map(label -> label + "=\"x\"")
            .collect(Collectors.joining(","));
    String header =
        "# HELP %1$s %2$s\n# TYPE %1$s %3$s\n"
            .formatted(metric.name(), metric.help(), metric.type().name().toLowerCase(Locale.ROOT));
    return header
        + (metric.type() == Metric.Type.HISTOGRAM
            ? "%1$s_bucket{%2$s,le=\"+Inf\"} 1\n%1$s_sum{%2$s} 1\n%1$s_count{%2$s} 1"
                .formatted(metric.name(), labels)
            : "%s{%s} 1".formatted(metric.name(), labels));
  }
}
