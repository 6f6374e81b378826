package dev.evenkeel.jobs.io;

import dev.evenkeel.jobs.payload.PayloadOptions;
import dev.evenkeel.jobs.payload.PayloadStoreException;
import dev.evenkeel.jobs.payload.Payloads;
import dev.evenkeel.jobs.redaction.Redaction;
import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.Samples;
import dev.evenkeel.v1.Sample;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.apache.flink.util.ExceptionUtils;

/**
 * Reads records as {@link DecodeSamples} does, but fetches payloads that lie elsewhere, several at
 * a time and in threads of its own. Samples leave in the order of their records. A checkpoint holds
 * the records whose payloads are still to come; they are fetched again after a restart.
 */
public final class FetchSamples extends RichAsyncFunction<RawRecord, ReadSample>
    implements ResultTypeQueryable<ReadSample> {
  private static final long serialVersionUID = 1L;

  private final SampleReader reader;
  private final PayloadOptions options;
  private final DeadLetterWriter letters;
  private transient Payloads payloads;
  private transient ExecutorService executor;

  FetchSamples(SampleReader reader, PayloadOptions options, DeadLetterWriter letters) {
    this.reader = reader;
    this.options = options;
    this.letters = letters;
  }

  /** What became of each record, in their order. */
  public static SingleOutputStreamOperator<ReadSample> of(
      DataStream<RawRecord> records,
      SampleReader reader,
      PayloadOptions options,
      DeadLetterWriter letters) {
    // No time limit of Flink's: it would not tell an outage from a sample's own fault.
    return AsyncDataStream.orderedWait(
        records,
        new FetchSamples(reader, options, letters),
        0,
        TimeUnit.MILLISECONDS,
        options.inFlight());
  }

  @Override
  public TypeInformation<ReadSample> getProducedType() {
    return new HandWrittenType<>(ReadSample.class, new ReadSampleSerializer());
  }

  @Override
  public void open(OpenContext context) {
    reader.open();
    payloads = Payloads.of(options);
    executor =
        Executors.newFixedThreadPool(
            options.inFlight(),
            task -> {
              Thread thread = new Thread(task, "fetch-payload");
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // What it gives goes into the result.
  public void asyncInvoke(RawRecord record, ResultFuture<ReadSample> result) {
    Sample sample;
    try {
      sample = reader.read(record);
      if (sample.getDataUri() == null) {
        complete(result, new ReadSample.Accepted(reader.finish(sample, record)));
        return;
      }
    } catch (DecodeException e) {
      complete(result, new ReadSample.Refused(letters.of(e, record)));
      return;
    }
    // A hanging file system does not come back; the restart leaves its thread behind.
    Duration limit = options.patience().plus(options.timeout().multipliedBy(2));
    CompletableFuture.supplyAsync(() -> fetched(sample, record), executor)
        .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(problem -> unreachable(sample, limit, problem))
        .thenAccept(read -> complete(result, read));
  }

  private ReadSample fetched(Sample sample, RawRecord record) {
    try {
      int length = Math.toIntExact(Samples.payloadBytes(sample));
      sample.setData(ByteBuffer.wrap(payloads.fetch(sample.getDataUri(), length)));
      return new ReadSample.Accepted(reader.finish(sample, record));
    } catch (DecodeException e) {
      return new ReadSample.Refused(letters.of(e, record));
    }
  }

  private static ReadSample unreachable(Sample sample, Duration limit, Throwable problem) {
    Throwable cause = problem instanceof CompletionException ? problem.getCause() : problem;
    if (cause instanceof PayloadStoreException) {
      return new ReadSample.Unreachable(cause.getMessage());
    }
    String what =
        cause instanceof TimeoutException
            ? "nothing came within " + limit + "; bring the store back"
            : Redaction.text(ExceptionUtils.stringifyException(cause));
    return new ReadSample.Unreachable(
        "Payloads cannot be fetched: '%s': %s. The job resumes from its last checkpoint"
            .formatted(Redaction.value(sample.getDataUri()), what));
  }

  /**
   * Also with a failure: to {@code completeExceptionally} Flink takes the record out of its queue
   * at once and fails the task a little later, so a checkpoint in between has lost it.
   */
  private static void complete(ResultFuture<ReadSample> result, ReadSample read) {
    result.complete(Collections.singleton(read));
  }

  @Override
  public void close() {
    if (executor != null) {
      executor.shutdownNow();
    }
  }
}
