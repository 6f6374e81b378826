package dev.evenkeel.jobs.metrics;

import java.util.List;
import java.util.stream.Stream;

/**
 * One metric of the catalogue.
 *
 * @param name full name, with the prefix {@code evenkeel_} and the unit as suffix
 * @param type how it behaves
 * @param unit base unit of its values
 * @param labels label names after {@code job} and {@code recipe}; each has few values
 * @param buckets upper bounds of a histogram's buckets, empty for others
 * @param help one sentence
 */
public record Metric(
    String name, Type type, String unit, List<String> labels, List<Double> buckets, String help) {

  /** How a metric behaves. */
  public enum Type {
    COUNTER,
    GAUGE,
    HISTOGRAM
  }

  public Metric {
    labels = List.copyOf(labels);
    buckets = List.copyOf(buckets);
  }

  /** All its labels, in the order in which their values are given. */
  public List<String> labelNames() {
    return Stream.concat(Stream.of("job", "recipe"), labels.stream()).toList();
  }

  static Metric counter(String name, String unit, String help, String... labels) {
    return new Metric(name, Type.COUNTER, unit, List.of(labels), List.of(), help);
  }

  static Metric gauge(String name, String unit, String help, String... labels) {
    return new Metric(name, Type.GAUGE, unit, List.of(labels), List.of(), help);
  }

  static Metric histogram(String name, String unit, String help, Double... buckets) {
    return new Metric(name, Type.HISTOGRAM, unit, List.of(), List.of(buckets), help);
  }
}
