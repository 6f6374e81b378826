package dev.evenkeel.it;

import dev.evenkeel.jobs.demo.data.Corruption;
import dev.evenkeel.jobs.demo.data.DriftPhase;
import dev.evenkeel.jobs.demo.data.DriftStream;
import dev.evenkeel.jobs.demo.data.FashionData;
import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.DataType;
import dev.evenkeel.v1.Label;
import dev.evenkeel.v1.Sample;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * What comes to a job in operation, at a steady rate in the background: samples of some streams
 * that drift, their labels a little later, and now and then a record that is no sample.
 */
final class DriftingFeed implements AutoCloseable {
  /** With this the trace of every sample begins. */
  static final String TRACE = "ce11ed5a3b1e";

  private static final int TICK_MILLIS = 100;
  private static final int PHASE = 1500;
  private static final int STREAMS = 6;
  private static final int DAMAGED_EVERY = 250;
  private static final int UNLABELLED_EVERY = 10;

  private final MessageEncoder<Sample> samples = MessageEncoder.of(WireFormat.AVRO, Sample.class);
  private final MessageEncoder<Label> labels = MessageEncoder.of(WireFormat.AVRO, Label.class);
  private final DriftStream stream;
  private final Feed sampleFeed;
  private final Feed labelFeed;
  private final int perSecond;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final ScheduledFuture<?> ticks;
  private int position;

  DriftingFeed(Topics topics, Path directory, int perSecond) throws IOException {
    this.perSecond = perSecond;
    FashionData data = FashionData.unpack(directory);
    stream =
        DriftStream.of(
            data,
            List.of(
                DriftPhase.clean("clean", PHASE),
                DriftPhase.of(Corruption.CONTRAST, PHASE),
                DriftPhase.of(Corruption.DEFOCUS_BLUR, PHASE),
                DriftPhase.clean("clean again", PHASE)),
            7);
    sampleFeed = new Feed(topics.samples());
    labelFeed = new Feed(topics.labels());
    ticks = clock.scheduleAtFixedRate(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    try {
      int end = position + perSecond * TICK_MILLIS / 1000;
      for (; position < end; position++) {
        send(position);
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("The broker did not take a record", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(int at) throws ExecutionException, InterruptedException {
    sampleFeed.send(name(at), List.of(samples.encode(sample(at))));
    if (at % DAMAGED_EVERY == 0) {
      sampleFeed.send(name(at), List.of(new byte[] {1, 2, 3}));
    }
    int labelled = at - perSecond;
    if (labelled >= 0 && labelled % UNLABELLED_EVERY != 0) {
      Label label = new Label();
      label.setStreamId(name(labelled));
      label.setSampleId(Integer.toString(labelled));
      label.setLabel(stream.label(labelled % stream.size()));
      labelFeed.send(name(labelled), List.of(labels.encode(label)));
    }
  }

  private Sample sample(int at) {
    return Sample.newBuilder()
        .setStreamId(name(at))
        .setSampleId(Integer.toString(at))
        .setEventTime(Instant.now())
        .setDtype(DataType.UINT8)
        .setShape(List.of(1, stream.height(), stream.width()))
        .setData(ByteBuffer.wrap(stream.pixels(at % stream.size())))
        .setAttributes(
            Map.of("site", at % STREAMS < 2 ? "north" : "south", "traceparent", trace(at)))
        .build();
  }

  private static String trace(int at) {
    return "00-%s%020x-%016x-01".formatted(TRACE, at, at + 1);
  }

  /** The stream of a sample. */
  static String name(int at) {
    return "camera-" + at % STREAMS;
  }

  /**
   * @throws AssertionError if it has stopped sending
   */
  void requireAlive() throws InterruptedException {
    if (ticks.isDone()) {
      try {
        ticks.get();
      } catch (ExecutionException e) {
        throw new AssertionError("The feed ended", e);
      }
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
    sampleFeed.close();
    labelFeed.close();
  }
}
