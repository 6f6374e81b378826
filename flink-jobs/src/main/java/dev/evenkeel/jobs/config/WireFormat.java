package dev.evenkeel.jobs.config;

/** How a message lies in the value of a Kafka record. */
public enum WireFormat {
  /** Avro binary of the current schema, nothing before and nothing after it. */
  AVRO,
  /** One JSON object, for trying things out. */
  JSON
}
