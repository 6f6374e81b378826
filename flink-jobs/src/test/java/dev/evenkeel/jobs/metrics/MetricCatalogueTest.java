package dev.evenkeel.jobs.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricCatalogueTest {
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

  /** Where it is said how many values it can take. */
  @Test
  void everyLabelIsDescribed() {
    List<String> described = MetricCatalogue.LABEL_NAMES.stream().map(MetricLabel::name).toList();
    assertThat(described).isSorted().doesNotHaveDuplicates();
    assertThat(MetricCatalogue.ALL.stream().flatMap(metric -> metric.labels().stream()))
        .isSubsetOf(described);
  }

  @Test
  void everyMetricOfTheCatalogueIsListed() throws IllegalAccessException {
    for (Class<?> family : List.of(StepMetrics.class, QualityMetrics.class, DeviceMetrics.class)) {
      for (Field constant : family.getDeclaredFields()) {
        if (constant.getType() == Metric.class) {
          assertThat(MetricCatalogue.ALL).contains((Metric) constant.get(null));
        }
      }
    }
  }
}
