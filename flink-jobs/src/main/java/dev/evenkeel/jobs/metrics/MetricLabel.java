package dev.evenkeel.jobs.metrics;

/**
 * A label of metrics.
 *
 * @param name as it is exported
 * @param meaning one sentence
 * @param values how many there can be: never one for each stream or sample
 */
public record MetricLabel(String name, String meaning, String values) {}
