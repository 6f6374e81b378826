package dev.evenkeel.jobs.demo;

import dev.evenkeel.jobs.demo.data.DriftStream;
import dev.evenkeel.jobs.replay.Pace;
import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.DataType;
import dev.evenkeel.v1.Sample;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends the samples to Kafka at an even rate, from a thread of its own. */
final class SampleFeeder implements AutoCloseable {
  /** The stream that is judged. */
  static final String STREAM = "camera";

  /** A stream with a state of its own, whose answers tell that the jobs are up. */
  static final String WARM_UP = "warm-up";

  private final DriftStream stream;
  private final Clock clock;
  private final KafkaProducer<byte[], byte[]> producer;
  private final MessageEncoder<Sample> encoder = MessageEncoder.of(WireFormat.AVRO, Sample.class);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private Thread thread;

  SampleFeeder(String bootstrapServers, DriftStream stream, Clock clock) {
    this.stream = stream;
    this.clock = clock;
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "linger.ms",
                5,
                // A topic that was made a moment ago may refuse a first request and accept a
                // second.
                "max.in.flight.requests.per.connection",
                1),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Sends one batch of the stream's first samples as {@link #WARM_UP}. */
  void warmUp() {
    for (int i = 0; i < DemoOptions.BATCH; i++) {
      send(WARM_UP, i % stream.size());
    }
    producer.flush();
  }

  /** Begins to send the stream, {@code rate} samples per second. */
  void start(double rate) {
    thread = new Thread(() -> feed(rate), "demo-feeder");
    thread.start();
  }

  /**
   * Does nothing while all is well.
   *
   * @throws DemoException if samples could not be sent
   */
  void check() throws DemoException {
    Throwable cause = failure.get();
    if (cause != null) {
      throw new DemoException("Samples could not be sent: " + cause.getMessage(), cause);
    }
  }

  private void feed(double rate) {
    Pace pace = new Pace(rate);
    try {
      for (int position = 0; position < stream.size(); position++) {
        pace.accept(position);
        if (Thread.currentThread().isInterrupted()) {
          return;
        }
        send(STREAM, position);
      }
      producer.flush();
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The callback notes failures.
  private void send(String streamId, int position) {
    Sample sample =
        Sample.newBuilder()
            .setStreamId(streamId)
            .setSampleId(Integer.toString(position))
            .setEventTime(clock.instant())
            .setDtype(DataType.UINT8)
            .setShape(List.of(1, stream.height(), stream.width()))
            .setData(ByteBuffer.wrap(stream.pixels(position)))
            .build();
    producer.send(
        new ProducerRecord<>(
            Topics.SAMPLES, streamId.getBytes(StandardCharsets.UTF_8), encoder.encode(sample)),
        (metadata, exception) -> {
          if (exception != null) {
            failure.compareAndSet(null, exception);
          }
        });
  }

  /** Stops sending. */
  @Override
  public void close() {
    if (thread != null) {
      thread.interrupt();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    producer.close();
  }
}
