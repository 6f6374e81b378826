package dev.evenkeel.jobs.io;

import dev.evenkeel.jobs.config.Delivery;
import dev.evenkeel.jobs.config.JobConfig;
import dev.evenkeel.jobs.config.KafkaConfig;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.DeadLetter;
import dev.evenkeel.v1.DriftReport;
import dev.evenkeel.v1.SnapshotAnnouncement;
import java.time.Instant;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;

/** Kafka as the job's source and sinks. */
public final class KafkaEndpoints {
  private KafkaEndpoints() {}

  /**
   * The samples topic from its beginning, or from the offsets of the checkpoint that the job is
   * restored from. Offsets are also committed, but only for others to see how far the job is.
   */
  public static Source<RawRecord, ?, ?> samples(JobConfig config) {
    return source(config, "").setTopics(config.kafka().topics().samples()).build();
  }

  /**
   * The labels topic from its beginning, or from the checkpoint's offsets. It is looked for by name
   * every ten seconds, so that a job starts without it and finds it when it is made.
   */
  public static Source<RawRecord, ?, ?> labels(JobConfig config) {
    return awaited(config, "-labels", config.kafka().topics().labels()).build();
  }

  /**
   * The control topic from the offsets of the checkpoint; a job that starts without one obeys
   * nothing that was said before. The topic too is looked for every ten seconds.
   *
   * @param submittedAt when the job was submitted, which is when it begins to listen
   */
  public static Source<RawRecord, ?, ?> control(JobConfig config, Instant submittedAt) {
    // Not from the end: that would be where the topic ends when it is found.
    return awaited(config, "-control", config.kafka().topics().control())
        .setStartingOffsets(OffsetsInitializer.timestamp(submittedAt.toEpochMilli()))
        .build();
  }

  private static KafkaSourceBuilder<RawRecord> awaited(
      JobConfig config, String suffix, String topic) {
    return source(config, suffix)
        .setTopicPattern(Pattern.compile(Pattern.quote(topic)))
        .setProperty("partition.discovery.interval.ms", "10000");
  }

  private static KafkaSourceBuilder<RawRecord> source(JobConfig config, String suffix) {
    KafkaConfig kafka = config.kafka();
    return KafkaSource.<RawRecord>builder()
        .setBootstrapServers(kafka.bootstrapServers())
        .setProperties(kafka.properties().toProperties())
        .setProperty("isolation.level", "read_committed")
        .setProperty("enable.auto.commit", "false")
        .setGroupId(config.name())
        .setClientIdPrefix(config.name() + suffix)
        .setStartingOffsets(OffsetsInitializer.earliest())
        .setDeserializer(new RawRecordSchema());
  }

  public static Sink<TracedPrediction> predictions(JobConfig config) {
    KafkaConfig kafka = config.kafka();
    return sink(
        config,
        "predictions",
        OutgoingRecords.predictions(
            kafka.topics().predictions(), wire(kafka, kafka.predictions())));
  }

  public static Sink<DriftReport> driftReports(JobConfig config) {
    return sink(config, "drift", OutgoingRecords.driftReports(config.kafka().topics().drift()));
  }

  public static Sink<AuditEvent> audit(JobConfig config) {
    return sink(config, "audit", OutgoingRecords.audit(config.kafka().topics().audit()));
  }

  public static Sink<SnapshotAnnouncement> snapshots(JobConfig config) {
    return sink(
        config, "snapshots", OutgoingRecords.snapshots(config.kafka().topics().snapshots()));
  }

  public static Sink<DeadLetter> deadLetters(JobConfig config) {
    return sink(
        config, "dead-letters", OutgoingRecords.deadLetters(config.kafka().topics().deadLetters()));
  }

  /** How the job reads or writes topics of a format. */
  public static Wire wire(KafkaConfig kafka, WireFormat format) {
    return new Wire(format, kafka.registry().orElse(null));
  }

  private static <T> Sink<T> sink(JobConfig config, String name, OutgoingRecords<T, ?> records) {
    KafkaConfig kafka = config.kafka();
    Properties properties = kafka.properties().toProperties();
    properties.setProperty(
        "transaction.timeout.ms", Long.toString(kafka.transactionTimeout().toMillis()));
    KafkaSink<T> sink =
        KafkaSink.<T>builder()
            .setBootstrapServers(kafka.bootstrapServers())
            .setKafkaProducerConfig(properties)
            .setRecordSerializer(records)
            .setDeliveryGuarantee(
                config.delivery() == Delivery.EXACTLY_ONCE
                    ? DeliveryGuarantee.EXACTLY_ONCE
                    : DeliveryGuarantee.AT_LEAST_ONCE)
            .setTransactionalIdPrefix(config.name() + "-" + name)
            .build();
    Properties client = kafka.properties().toProperties();
    client.setProperty("bootstrap.servers", kafka.bootstrapServers());
    return StrictSink.of(sink, new TransactionOutcome(client), afterALostTransaction(name, kafka));
  }

  private static String afterALostTransaction(String name, KafkaConfig kafka) {
    return "Most likely the job was down for longer than kafka.transaction-timeout, "
        + kafka.transactionTimeout()
        + ", and the broker aborted what was not yet committed of '"
        + name
        + "'. Resume from the checkpoint before (move the newest chk- directory away and run again,"
        + " or 'flink run -s'): what was lost is answered again, and what other transactions of the"
        + " checkpoint had committed a second time. Or begin anew with --fresh. Then raise"
        + " kafka.transaction-timeout above the longest outage to survive";
  }
}
