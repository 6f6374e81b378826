package dev.evenkeel.jobs.cli;

import dev.evenkeel.jobs.io.Wire;
import dev.evenkeel.jobs.replay.Replay;
import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.v1.Label;
import dev.evenkeel.v1.Sample;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends a replay into topics, keyed by stream, each record once and in order. */
final class KafkaReplaySink implements Replay.Sink, AutoCloseable {
  /**
   * One request at a time: of several sent at once a topic that is still being made may refuse the
   * first and accept the second, and then the first can never come in.
   */
  private static final Map<String, Object> DEFAULTS =
      Map.of(
          "acks", "all",
          "enable.idempotence", "true",
          "max.in.flight.requests.per.connection", "1",
          "linger.ms", "20",
          "batch.size", Integer.toString(256 << 10),
          "max.request.size", Integer.toString(16 << 20));

  private final KafkaProducer<String, byte[]> producer;
  private final String samplesTopic;
  private final String labelsTopic;
  private final MessageEncoder<Sample> samples;
  private final MessageEncoder<Label> labels;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  KafkaReplaySink(KafkaOptions kafka, String samplesTopic, String labelsTopic, Wire wire) {
    this.samplesTopic = samplesTopic;
    this.labelsTopic = labelsTopic;
    this.samples = wire.encoder(Sample.class, samplesTopic);
    this.labels = labelsTopic == null ? null : wire.encoder(Label.class, labelsTopic);
    this.producer =
        new KafkaProducer<>(
            kafka.client(DEFAULTS), new StringSerializer(), new ByteArraySerializer());
  }

  @Override
  public void sample(Sample sample) {
    send(samplesTopic, sample.getStreamId(), samples.encode(sample));
  }

  @Override
  public void label(Label label) {
    send(labelsTopic, label.getStreamId(), labels.encode(label));
  }

  /**
   * Waits until everything has arrived.
   *
   * @throws CommandFailure if a record was not accepted
   */
  @Override
  public void close() {
    producer.close();
    throwFailure();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback receives the failure
  private void send(String topic, String key, byte[] value) {
    throwFailure();
    producer.send(
        new ProducerRecord<>(topic, key, value),
        (metadata, exception) -> failure.compareAndSet(null, exception));
  }

  private void throwFailure() {
    Exception exception = failure.get();
    if (exception != null) {
      throw new CommandFailure(
          "A record was not accepted by the broker: "
              + exception.getMessage()
              + "; check the topics and the limits of the broker, then produce again",
          exception);
    }
  }
}
