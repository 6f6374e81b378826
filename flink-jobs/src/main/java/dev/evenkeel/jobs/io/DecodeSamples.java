package dev.evenkeel.jobs.io;

import dev.evenkeel.jobs.metrics.JobMetrics;
import dev.evenkeel.jobs.metrics.MetricsOptions;
import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.RejectionReason;
import dev.evenkeel.v1.DeadLetter;
import dev.evenkeel.v1.Sample;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Turns records into samples that fit the model. Every other record becomes one dead letter on the
 * side output; none stops the stream.
 */
public final class DecodeSamples extends ProcessFunction<RawRecord, StreamSample> {
  public static final OutputTag<DeadLetter> DEAD_LETTERS =
      new OutputTag<>("dead-letters", StreamTypes.DEAD_LETTER);

  private final SampleReader reader;
  private final DeadLetterWriter letters;
  private final MetricsOptions metricsOptions;
  private transient JobMetrics metrics;
  private transient RefusalLog refusals;

  public DecodeSamples(
      SampleReader reader, DeadLetterWriter letters, MetricsOptions metricsOptions) {
    this.reader = reader;
    this.letters = letters;
    this.metricsOptions = metricsOptions;
  }

  @Override
  public void open(OpenContext context) {
    reader.open();
    metrics = JobMetrics.open(metricsOptions);
    refusals = new RefusalLog();
  }

  @Override
  public void processElement(RawRecord record, Context context, Collector<StreamSample> out) {
    metrics.received();
    StreamSample sample;
    try {
      sample = decode(record);
    } catch (DecodeException e) {
      metrics.deadLetter(e.reason().label());
      refusals.note(e.reason(), record);
      context.output(DEAD_LETTERS, letters.of(e, record));
      return;
    }
    out.collect(sample);
  }

  private StreamSample decode(RawRecord record) throws DecodeException {
    Sample sample = reader.read(record);
    if (sample.getDataUri() != null) {
      throw new DecodeException(
          RejectionReason.PAYLOAD_REFUSED,
          "data_uri is set, but no place is allowed to fetch payloads from; set"
              + " payloads.allowed-uris, or send the bytes in data");
    }
    return reader.finish(sample, record);
  }

  @Override
  public void close() {
    if (metrics != null) {
      metrics.close();
    }
  }
}
