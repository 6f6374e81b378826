package dev.evenkeel.jobs.config;

import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.schemas.WireFormat;
import java.time.Duration;
import java.util.List;

/** Keys below {@code kafka}: the broker, topics and formats. */
final class KafkaKeys {
  static final Option<String> BOOTSTRAP_SERVERS =
      KeyForms.key(
          "kafka.bootstrap-servers",
          "text",
          "",
          "required, `host:port,...`",
          "Brokers to ask first.",
          Parsers.matching(
              "\\s*[^\\s,:]+:\\d{1,5}(\\s*,\\s*[^\\s,:]+:\\d{1,5})*\\s*",
              "host:port pairs separated by commas, such as localhost:9092"));
  static final Option<Duration> TRANSACTION_TIMEOUT =
      KeyForms.duration(
          "kafka.transaction-timeout",
          "15m",
          Duration.ofSeconds(1),
          KeyForms.DAY,
          "After which the broker aborts an open transaction. Longer than `checkpoints.interval`"
              + " plus the longest outage to survive, at most the broker's"
              + " `transaction.max.timeout.ms`.");
  static final Option<String> SAMPLES_TOPIC = topic("samples", "Where samples are read from.");
  static final Option<String> PREDICTIONS_TOPIC =
      topic("predictions", "Where predictions are written to.");
  static final Option<String> DRIFT_TOPIC = topic("drift", "Drift reports.");
  static final Option<String> LABELS_TOPIC = topic("labels", "True classes that arrive later.");
  static final Option<String> CONTROL_TOPIC = topic("control", "Control commands.");
  static final Option<String> AUDIT_TOPIC = topic("audit", "Audit events.");
  static final Option<String> SNAPSHOTS_TOPIC = topic("snapshots", "Snapshot announcements.");
  static final Option<String> DEAD_LETTERS_TOPIC =
      topic("dead-letters", "Where records go that cannot be answered.");
  static final Option<WireFormat> SAMPLES_FORMAT =
      KeyForms.choice("kafka.formats.samples", WireFormat.class, "avro", "Wire format of samples.");
  static final Option<WireFormat> PREDICTIONS_FORMAT =
      KeyForms.choice(
          "kafka.formats.predictions", WireFormat.class, "avro", "Wire format of predictions.");

  static final Option<WireFormat> LABELS_FORMAT =
      KeyForms.choice("kafka.formats.labels", WireFormat.class, "avro", "Wire format of labels.");

  static final List<Option<?>> ALL =
      List.of(
          BOOTSTRAP_SERVERS,
          TRANSACTION_TIMEOUT,
          SAMPLES_TOPIC,
          PREDICTIONS_TOPIC,
          DRIFT_TOPIC,
          LABELS_TOPIC,
          CONTROL_TOPIC,
          AUDIT_TOPIC,
          SNAPSHOTS_TOPIC,
          DEAD_LETTERS_TOPIC,
          SAMPLES_FORMAT,
          PREDICTIONS_FORMAT,
          LABELS_FORMAT);

  private KafkaKeys() {}

  private static Option<String> topic(String role, String description) {
    return KeyForms.key(
        "kafka.topics." + role,
        "text",
        "evenkeel." + role,
        "",
        description,
        Parsers.matching(
            "(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}",
            "a topic name: 1 to 249 letters, digits, dots, underscores or hyphens"));
  }
}
