package dev.evenkeel.it.grafana;

/**
 * One expression of a panel.
 *
 * @param expression PromQL with Grafana's variables
 * @param legend how its series are named
 */
public record Query(String expression, String legend) {}
