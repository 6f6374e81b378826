package dev.evenkeel.it;

import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.Sample;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

/**
 * Feeds the same positions of several streams at a steady rate in the background, whatever happens
 * to the job, and waits only where the job is far behind.
 *
 * <p>After every {@link #SPAN} positions a stream's event times make a leap, so that under {@code
 * deterministic} batching with {@link #BATCH} some batches are full and some are closed by the gap.
 */
final class SteadyFeed implements AutoCloseable {
  /** Not a multiple of the batch size. */
  static final int SPAN = 50;

  static final String BATCH =
      "{mode: deterministic, max-size: %d, max-delay: 1s}".formatted(JobFile.BATCH_SIZE);

  private static final int GAP_MILLIS = 10_000;
  private static final int TICK_MILLIS = 50;
  private static final int MAX_AHEAD = 5_000;

  private final Feed feed;
  private final Fashion fashion;
  private final List<String> streams;
  private final IntSupplier answered;
  private final MessageEncoder<Sample> encoder = MessageEncoder.of(WireFormat.AVRO, Sample.class);
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final ScheduledFuture<?> ticks;
  private int position;
  private volatile int sent;

  /**
   * @param perSecond samples a second of each stream
   * @param answered how many samples are known to be answered
   */
  SteadyFeed(
      Feed feed, Fashion fashion, List<String> streams, int perSecond, IntSupplier answered) {
    this.feed = feed;
    this.fashion = fashion;
    this.streams = streams;
    this.answered = answered;
    int perTick = Math.max(1, perSecond * TICK_MILLIS / 1000);
    ticks = clock.scheduleAtFixedRate(() -> tick(perTick), 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tick(int samples) {
    if (sent - answered.getAsInt() >= MAX_AHEAD) {
      return;
    }
    try {
      send(samples);
    } catch (ExecutionException e) {
      throw new IllegalStateException("The broker did not take a sample", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(int samples) throws ExecutionException, InterruptedException {
    for (String stream : streams) {
      List<byte[]> values =
          IntStream.range(position, position + samples)
              .mapToObj(p -> encoder.encode(sample(stream, p)))
              .toList();
      feed.send(stream, values);
    }
    position += samples;
    sent = position * streams.size();
  }

  private Sample sample(String stream, int at) {
    Sample sample = fashion.sample(stream, at);
    sample.setEventTime(sample.getEventTime().plusMillis((long) GAP_MILLIS * (at / SPAN)));
    return sample;
  }

  /** Samples that the broker has. */
  int sent() {
    return sent;
  }

  /**
   * Ends the feed one sample behind a gap, so that all batches but that one are closed.
   *
   * @return answers to each stream
   */
  int end() throws InterruptedException, ExecutionException {
    stop();
    int spans = position / SPAN + 1;
    send(spans * SPAN + 1 - position);
    return spans * SPAN;
  }

  private void stop() throws InterruptedException, ExecutionException {
    if (!ticks.cancel(false)) {
      ticks.get();
    }
    clock.shutdown();
    if (!clock.awaitTermination(Waiting.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("The broker takes no samples");
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
    feed.close();
  }
}
