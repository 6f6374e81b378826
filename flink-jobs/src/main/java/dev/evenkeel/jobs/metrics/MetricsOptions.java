package dev.evenkeel.jobs.metrics;

import java.io.Serializable;

/**
 * What tells one job's metrics from another's, and where they are served.
 *
 * @param job value of the label {@code job}
 * @param recipe value of the label {@code recipe}
 * @param host name or address that the endpoint listens on
 * @param port of the endpoint; 0 for any free one, negative for none
 */
public record MetricsOptions(String job, String recipe, String host, int port)
    implements Serializable {

  /** Served on loopback. */
  public MetricsOptions(String job, String recipe, int port) {
    this(job, recipe, "localhost", port);
  }
}
