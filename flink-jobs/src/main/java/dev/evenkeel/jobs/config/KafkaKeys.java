package dev.evenkeel.jobs.config;

import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.jobs.registry.RegistryOptions;
import dev.evenkeel.schemas.WireFormat;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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
              "\\s*[^\\s,:@]+:\\d{1,5}(\\s*,\\s*[^\\s,:@]+:\\d{1,5})*\\s*",
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

  static final Option<Optional<URI>> REGISTRY_URL =
      KeyForms.key(
          "kafka.schema-registry.url",
          "text",
          "none",
          "http or https address",
          "Schema registry with Confluent's REST interface, for topics of the format `confluent`;"
              + " see [formats](formats.md).",
          text -> text.equals("none") ? Optional.empty() : Optional.of(RegistryOptions.url(text)));
  static final Option<String> REGISTRY_CREDENTIALS =
      KeyForms.key(
          "kafka.schema-registry.credentials",
          "text",
          "none",
          "`${NAME}` or `${file:/path}`",
          "Variable or file that holds `user:password` for the registry, or the password behind"
              + " `user:`.",
          KeyForms.present());
  static final Option<Duration> REGISTRY_TIMEOUT =
      KeyForms.duration(
          "kafka.schema-registry.timeout",
          "5s",
          Duration.ofMillis(10),
          Duration.ofMinutes(5),
          "How long one answer of the registry may take.");
  static final Option<Duration> REGISTRY_PATIENCE =
      KeyForms.duration(
          "kafka.schema-registry.patience",
          "30s",
          Duration.ZERO,
          Duration.ofMinutes(10),
          "How long a registry that gives no answer is asked again, with growing pauses, before the"
              + " job restarts from its last checkpoint.");
  static final Option<Boolean> REGISTRY_REGISTER =
      Option.flag(
          "kafka.schema-registry.register",
          true,
          "Registers the schema of predictions under `TOPIC-value`; else it must be there.");

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
          LABELS_FORMAT,
          REGISTRY_URL,
          REGISTRY_CREDENTIALS,
          REGISTRY_TIMEOUT,
          REGISTRY_PATIENCE,
          REGISTRY_REGISTER);

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
