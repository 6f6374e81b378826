package dev.evenkeel.jobs.config;

import java.util.Collections;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Client properties passed to Kafka as they are. The text form shows names only. */
public record KafkaProperties(Map<String, String> values) {
  public static final KafkaProperties NONE = new KafkaProperties(Map.of());

  public KafkaProperties {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /** A fresh copy for a client. */
  public Properties toProperties() {
    Properties properties = new Properties();
    properties.putAll(values);
    return properties;
  }

  @Override
  public String toString() {
    return values.keySet() + " (values hidden)";
  }
}
