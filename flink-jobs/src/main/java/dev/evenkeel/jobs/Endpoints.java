package dev.evenkeel.jobs;

import dev.evenkeel.jobs.config.JobConfig;
import dev.evenkeel.jobs.io.KafkaEndpoints;
import dev.evenkeel.jobs.io.RawRecord;
import dev.evenkeel.jobs.io.TracedPrediction;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.DeadLetter;
import dev.evenkeel.v1.DriftReport;
import dev.evenkeel.v1.SnapshotAnnouncement;
import java.time.Instant;
import java.util.Optional;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;

/**
 * Where a job reads from and writes to.
 *
 * @param labels empty if none are joined to answers
 * @param control empty if the job takes no orders
 */
public record Endpoints(
    Source<RawRecord, ?, ?> samples,
    Optional<Source<RawRecord, ?, ?>> labels,
    Optional<Source<RawRecord, ?, ?>> control,
    Sink<TracedPrediction> predictions,
    Sink<DeadLetter> deadLetters,
    Sink<DriftReport> driftReports,
    Sink<AuditEvent> audit,
    Sink<SnapshotAnnouncement> snapshots) {

  /**
   * The topics that the configuration names.
   *
   * @param submittedAt when the job begins to listen to commands, if it does not resume
   */
  static Endpoints onKafka(JobConfig config, Instant submittedAt) {
    return new Endpoints(
        KafkaEndpoints.samples(config),
        config.drift().labelDelay().isZero()
            ? Optional.empty()
            : Optional.of(KafkaEndpoints.labels(config)),
        config.control().enabled()
            ? Optional.of(KafkaEndpoints.control(config, submittedAt))
            : Optional.empty(),
        KafkaEndpoints.predictions(config),
        KafkaEndpoints.deadLetters(config),
        KafkaEndpoints.driftReports(config),
        KafkaEndpoints.audit(config),
        KafkaEndpoints.snapshots(config));
  }
}
