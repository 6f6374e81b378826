package dev.evenkeel.jobs.io;

import dev.evenkeel.jobs.metrics.JobMetrics;
import dev.evenkeel.jobs.metrics.MetricsOptions;
import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.MessageDecoder;
import dev.evenkeel.schemas.RejectionReason;
import dev.evenkeel.v1.DeadLetter;
import dev.evenkeel.v1.Label;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Turns records into labels; every other record becomes one dead letter on the side output. */
public final class DecodeLabels extends ProcessFunction<RawRecord, LabelArrival> {
  private static final long serialVersionUID = 1L;

  public static final OutputTag<DeadLetter> DEAD_LETTERS =
      new OutputTag<>("label-dead-letters", StreamTypes.DEAD_LETTER);

  private final Wire wire;
  private final int classes;
  private final DeadLetterWriter letters;
  private final MetricsOptions metricsOptions;
  private transient MessageDecoder<Label> decoder;
  private transient JobMetrics metrics;
  private transient RefusalLog refusals;

  /**
   * @param classes of the model
   */
  public DecodeLabels(
      Wire wire, int classes, DeadLetterWriter letters, MetricsOptions metricsOptions) {
    this.wire = wire;
    this.classes = classes;
    this.letters = letters;
    this.metricsOptions = metricsOptions;
  }

  @Override
  public void open(OpenContext context) {
    decoder = wire.decoder(Label.class);
    metrics = JobMetrics.open(metricsOptions);
    metrics.expectLabels();
    refusals = new RefusalLog();
  }

  @Override
  public void processElement(RawRecord record, Context context, Collector<LabelArrival> out) {
    Label label;
    try {
      label = decoder.decode(record.value());
      if (label.getLabel() < -1 || label.getLabel() >= classes) {
        throw new DecodeException(
            RejectionReason.INVALID_LABEL,
            "the label is %d; 0 to %d was expected, or -1 for a class that the model does not know"
                .formatted(label.getLabel(), classes - 1));
      }
    } catch (DecodeException e) {
      metrics.deadLetter(e.reason().label());
      refusals.note(e.reason(), record);
      context.output(DEAD_LETTERS, letters.of(e, record));
      return;
    }
    out.collect(
        new LabelArrival(
            label.getStreamId(), label.getSampleId(), label.getLabel(), record.timestamp()));
  }

  @Override
  public void close() {
    if (metrics != null) {
      metrics.close();
    }
  }
}
