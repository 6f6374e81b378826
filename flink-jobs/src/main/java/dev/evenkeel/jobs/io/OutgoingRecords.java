package dev.evenkeel.jobs.io;

import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.DeadLetter;
import dev.evenkeel.v1.DriftReport;
import dev.evenkeel.v1.Prediction;
import dev.evenkeel.v1.SnapshotAnnouncement;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Writes messages as Kafka records.
 *
 * @param <T> messages, with what else goes out with them
 * @param <M> messages
 */
final class OutgoingRecords<T, M extends SpecificRecord>
    implements KafkaRecordSerializationSchema<T> {
  private static final long serialVersionUID = 1L;

  private final String topic;
  private final Wire wire;
  private final Class<M> type;
  private final Envelope<T, M> envelope;
  private transient MessageEncoder<M> encoder;

  /** What of a message stands outside its value. */
  private interface Envelope<T, M> extends Serializable {
    M message(T outgoing);

    byte[] key(T outgoing);

    void addHeaders(T outgoing, Headers headers);
  }

  /** Of messages that go out alone. */
  private interface PlainEnvelope<M> extends Envelope<M, M> {
    @Override
    default M message(M message) {
      return message;
    }
  }

  private OutgoingRecords(String topic, Wire wire, Class<M> type, Envelope<T, M> envelope) {
    this.topic = topic;
    this.wire = wire;
    this.type = type;
    this.envelope = envelope;
  }

  /**
   * Key is the stream; headers name the model version and the adaptation step, and hand on the
   * trace of the sample.
   */
  static OutgoingRecords<TracedPrediction, Prediction> predictions(String topic, Wire wire) {
    return new OutgoingRecords<>(topic, wire, Prediction.class, new PredictionEnvelope());
  }

  /** Key is the stream. */
  static OutgoingRecords<DriftReport, DriftReport> driftReports(String topic) {
    return new OutgoingRecords<>(topic, Wire.AVRO, DriftReport.class, new DriftReportEnvelope());
  }

  /** Key is the stream, the group, or nothing where the whole job is concerned. */
  static OutgoingRecords<AuditEvent, AuditEvent> audit(String topic) {
    return new OutgoingRecords<>(topic, Wire.AVRO, AuditEvent.class, new AuditEnvelope());
  }

  /** Key is the stream or group, none if all streams share the state. */
  static OutgoingRecords<SnapshotAnnouncement, SnapshotAnnouncement> snapshots(String topic) {
    return new OutgoingRecords<>(
        topic, Wire.AVRO, SnapshotAnnouncement.class, new SnapshotEnvelope());
  }

  /** Key is that of the refused record; a header names the reason. */
  static OutgoingRecords<DeadLetter, DeadLetter> deadLetters(String topic) {
    return new OutgoingRecords<>(topic, Wire.AVRO, DeadLetter.class, new DeadLetterEnvelope());
  }

  @Override
  public void open(
      SerializationSchema.InitializationContext context, KafkaSinkContext sinkContext) {
    encoder = wire.encoder(type, topic);
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      T outgoing, KafkaSinkContext context, Long timestamp) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic, envelope.key(outgoing), encoder.encode(envelope.message(outgoing)));
    envelope.addHeaders(outgoing, record.headers());
    return record;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static final class PredictionEnvelope implements Envelope<TracedPrediction, Prediction> {
    private static final long serialVersionUID = 1L;

    @Override
    public Prediction message(TracedPrediction traced) {
      return traced.prediction();
    }

    @Override
    public byte[] key(TracedPrediction traced) {
      return utf8(traced.prediction().getStreamId());
    }

    @Override
    public void addHeaders(TracedPrediction traced, Headers headers) {
      Prediction prediction = traced.prediction();
      headers.add("evenkeel-model-version", utf8(prediction.getModelVersion()));
      headers.add("evenkeel-adaptation-step", utf8(Long.toString(prediction.getAdaptationStep())));
      traced.trace().addTo(headers);
    }
  }

  private static final class DriftReportEnvelope implements PlainEnvelope<DriftReport> {
    private static final long serialVersionUID = 1L;

    @Override
    public byte[] key(DriftReport report) {
      return utf8(report.getStreamId());
    }

    @Override
    public void addHeaders(DriftReport report, Headers headers) {
      headers.add("evenkeel-model-version", utf8(report.getModelVersion()));
    }
  }

  private static final class AuditEnvelope implements PlainEnvelope<AuditEvent> {
    private static final long serialVersionUID = 1L;

    @Override
    public byte[] key(AuditEvent event) {
      String concerned = event.getStreamId() == null ? event.getGroup() : event.getStreamId();
      return concerned == null ? null : utf8(concerned);
    }

    @Override
    public void addHeaders(AuditEvent event, Headers headers) {
      headers.add("evenkeel-action", utf8(event.getAction()));
    }
  }

  private static final class SnapshotEnvelope implements PlainEnvelope<SnapshotAnnouncement> {
    private static final long serialVersionUID = 1L;

    @Override
    public byte[] key(SnapshotAnnouncement snapshot) {
      String name = snapshot.getStreamId() != null ? snapshot.getStreamId() : snapshot.getGroup();
      return name == null ? null : utf8(name);
    }

    @Override
    public void addHeaders(SnapshotAnnouncement snapshot, Headers headers) {
      headers.add("evenkeel-snapshot", utf8(snapshot.getSnapshot()));
      headers.add("evenkeel-model-version", utf8(snapshot.getModelDigest()));
    }
  }

  private static final class DeadLetterEnvelope implements PlainEnvelope<DeadLetter> {
    private static final long serialVersionUID = 1L;

    @Override
    public byte[] key(DeadLetter letter) {
      if (letter.getKey() == null) {
        return null;
      }
      ByteBuffer key = letter.getKey().duplicate();
      byte[] bytes = new byte[key.remaining()];
      key.get(bytes);
      return bytes;
    }

    @Override
    public void addHeaders(DeadLetter letter, Headers headers) {
      headers.add("evenkeel-reason", utf8(letter.getReason()));
    }
  }
}
