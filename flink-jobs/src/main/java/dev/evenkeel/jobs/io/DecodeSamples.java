package dev.evenkeel.jobs.io;

import dev.evenkeel.jobs.metrics.JobMetrics;
import dev.evenkeel.jobs.metrics.MetricsOptions;
import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.MessageDecoder;
import dev.evenkeel.v1.DeadLetter;
import dev.evenkeel.v1.Sample;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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

  private final Wire wire;
  private final InputSpec input;
  private final Set<String> attributes;
  private final DeadLetterWriter letters;
  private final MetricsOptions metricsOptions;
  private transient MessageDecoder<Sample> decoder;
  private transient JobMetrics metrics;

  /**
   * @param attributes names of the attributes that the job reads; others are dropped
   */
  public DecodeSamples(
      Wire wire,
      InputSpec input,
      Set<String> attributes,
      DeadLetterWriter letters,
      MetricsOptions metricsOptions) {
    this.wire = wire;
    this.input = input;
    this.attributes = new TreeSet<>(attributes);
    this.letters = letters;
    this.metricsOptions = metricsOptions;
  }

  @Override
  public void open(OpenContext context) {
    decoder = MessageDecoder.checked(wire.decoder(Sample.class));
    metrics = JobMetrics.open(metricsOptions);
  }

  @Override
  public void processElement(RawRecord record, Context context, Collector<StreamSample> out) {
    metrics.received();
    StreamSample sample;
    try {
      sample = decode(record);
    } catch (DecodeException e) {
      metrics.deadLetter(e.reason().label());
      context.output(DEAD_LETTERS, letters.of(e, record));
      return;
    }
    out.collect(sample);
  }

  private StreamSample decode(RawRecord record) throws DecodeException {
    Sample sample = decoder.decode(record.value());
    input.check(sample);
    return new StreamSample(
        sample.getStreamId(),
        sample.getSampleId(),
        sample.getEventTime().toEpochMilli(),
        record.timestamp(),
        sample.getDtype(),
        sample.getData(),
        attributesOf(sample, record.trace()));
  }

  /** With the trace, of the record's headers or else of the sample's own attributes. */
  private Map<String, String> attributesOf(Sample sample, TraceContext trace) {
    TraceContext known = trace.isNone() ? TraceContext.of(sample.getAttributes()) : trace;
    if (known.isNone() && attributes.isEmpty()) {
      return Map.of();
    }
    Map<String, String> read = new HashMap<>();
    known.addTo(read);
    for (String name : attributes) {
      String value = sample.getAttributes().get(name);
      if (value != null) {
        read.put(name, value);
      }
    }
    return read;
  }

  @Override
  public void close() {
    if (metrics != null) {
      metrics.close();
    }
  }
}
