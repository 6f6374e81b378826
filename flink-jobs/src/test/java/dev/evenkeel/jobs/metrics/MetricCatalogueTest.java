package dev.evenkeel.jobs.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class MetricCatalogueTest {
  private static final Set<String> BOUNDED =
      Set.of(
          "detector", "event", "guard", "model", "reason", "action", "status", "result", "signal");

  @Test
  void namesFollowTheConventions() {
    assertThat(MetricCatalogue.ALL)
        .allSatisfy(
            metric -> {
              assertThat(metric.name()).matches("evenkeel_[a-z_]+");
              assertThat(metric.name().endsWith("_total"))
                  .isEqualTo(metric.type() == Metric.Type.COUNTER);
              assertThat(metric.help()).endsWith(".");
            });
    assertThat(MetricCatalogue.ALL).extracting(Metric::name).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void measuredMetricsEndWithTheirUnit() {
    assertThat(MetricCatalogue.ALL)
        .filteredOn(metric -> metric.type() == Metric.Type.HISTOGRAM)
        .allSatisfy(metric -> assertThat(metric.name()).endsWith("_" + metric.unit()));
  }

  @Test
  void noLabelCanTakeAnyNumberOfValues() {
    assertThat(MetricCatalogue.ALL)
        .allSatisfy(metric -> assertThat(BOUNDED).containsAll(metric.labels()));
  }
}
