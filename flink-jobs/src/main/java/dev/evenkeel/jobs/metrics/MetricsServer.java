package dev.evenkeel.jobs.metrics;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.HTTPServer;
import io.prometheus.client.hotspot.DefaultExports;
import java.io.IOException;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Prometheus endpoint of this process (more exactly, of this job's class loader): started by
 * the first who asks, closed with the last.
 */
final class MetricsServer {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);
  private static final int PORTS_TO_TRY = 10;
  static final CollectorRegistry REGISTRY = newRegistry();

  private static HTTPServer server;
  private static int users;

  private MetricsServer() {}

  /**
   * A port that is taken by another process or job leads to the next; that all are is no reason to
   * stop answering samples: it is logged.
   *
   * @param host name or address to listen on
   * @param first port to try, 0 for any free one, negative for none
   */
  static synchronized void acquire(String host, int first) {
    users++;
    if (server != null || first < 0) {
      return;
    }
    int last = first == 0 ? 0 : first + PORTS_TO_TRY - 1;
    for (int port = first; port <= last; port++) {
      try {
        server =
            new HTTPServer.Builder()
                .withHostname(host)
                .withPort(port)
                .withRegistry(REGISTRY)
                .withDaemonThreads(true)
                .build();
        LOG.info("Metrics on http://{}:{}/metrics", host, server.getPort());
        return;
      } catch (IOException e) {
        LOG.debug("{}:{} is no place for metrics", host, port, e);
      }
    }
    LOG.warn(
        "No metrics from this process: it cannot listen on {}, ports {} to {}; set metrics.host to"
            + " an address of this machine, metrics.port to a free one or to 0",
        host,
        first,
        last);
  }

  static synchronized void release() {
    users--;
    if (users == 0 && server != null) {
      server.close();
      server = null;
    }
  }

  static synchronized OptionalInt port() {
    return server == null ? OptionalInt.empty() : OptionalInt.of(server.getPort());
  }

  private static CollectorRegistry newRegistry() {
    CollectorRegistry registry = new CollectorRegistry();
    DefaultExports.register(registry);
    return registry;
  }
}
