package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/**
 * A quantity over time that must not grow for good: the median of the last quarter of its values
 * against that of the quarter before, after a warm-up of the first half.
 */
final class Trend {
  private final String name;
  private final List<Long> values = new ArrayList<>();

  Trend(String name) {
    this.name = name;
  }

  void add(long value) {
    values.add(value);
  }

  /** Median of the last quarter less that of the one before. */
  long growth() {
    int quarter = values.size() / 4;
    return median(values.subList(values.size() - quarter, values.size()))
        - median(values.subList(values.size() - 2 * quarter, values.size() - quarter));
  }

  private static long median(List<Long> some) {
    return some.stream().sorted().toList().get(some.size() / 2);
  }

  void assertGrowsAtMost(long bound) {
    assertThat(growth()).as(this::toString).isLessThanOrEqualTo(bound);
  }

  @Override
  public String toString() {
    return "%s: %d values, median of the last quarter %d, growth %d"
        .formatted(
            name,
            values.size(),
            median(values.subList(values.size() - values.size() / 4, values.size())),
            growth());
  }
}
