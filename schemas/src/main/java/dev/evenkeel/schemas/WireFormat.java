package dev.evenkeel.schemas;

/** How a message lies in the value of a Kafka record. */
public enum WireFormat {
  /** Raw Avro binary of the current schema, nothing before it and nothing after it. */
  AVRO,
  /**
   * Confluent's: a zero byte, the number of the writer's schema in a schema registry (4 bytes,
   * big-endian), Avro binary of that schema. The writer's schema may be older or newer.
   */
  CONFLUENT,
  /**
   * One JSON object with the field names of the schema, for trying things out. Enums are their
   * names, timestamps milliseconds since 1970-01-01T00:00:00Z, bytes base64 (RFC 4648 with
   * padding), a union is its plain value or null, non-finite numbers the strings NaN, Infinity and
   * -Infinity. Fields with a default may be left out; unknown fields are refused.
   */
  JSON
}
