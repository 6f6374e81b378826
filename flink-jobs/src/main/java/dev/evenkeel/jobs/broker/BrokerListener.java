package dev.evenkeel.jobs.broker;

import java.util.Map;

/**
 * How clients reach an embedded broker; on loopback in any case.
 *
 * @param protocol for instance {@code PLAINTEXT} or {@code SASL_SSL}
 * @param properties of the broker's security, as Kafka names them
 */
public record BrokerListener(String protocol, Map<String, String> properties) {
  /** Without encryption or passwords. */
  public static final BrokerListener PLAINTEXT = new BrokerListener("PLAINTEXT", Map.of());

  public BrokerListener {
    properties = Map.copyOf(properties);
  }

  /** The values may be secret. */
  @Override
  public String toString() {
    return protocol;
  }
}
