package dev.evenkeel.jobs.io;

import dev.evenkeel.jobs.metrics.JobMetrics;
import dev.evenkeel.jobs.metrics.MetricsOptions;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Parts samples from dead letters, which leave on {@link DecodeSamples#DEAD_LETTERS}. */
public final class SplitSamples extends ProcessFunction<ReadSample, StreamSample> {
  private static final long serialVersionUID = 1L;

  private final MetricsOptions metricsOptions;
  private transient JobMetrics metrics;

  public SplitSamples(MetricsOptions metricsOptions) {
    this.metricsOptions = metricsOptions;
  }

  @Override
  public void open(OpenContext context) {
    metrics = JobMetrics.open(metricsOptions);
  }

  @Override
  public void processElement(ReadSample read, Context context, Collector<StreamSample> out) {
    metrics.received();
    if (read.refusal() == null) {
      out.collect(read.sample());
    } else {
      metrics.deadLetter(read.refusal().getReason());
      context.output(DecodeSamples.DEAD_LETTERS, read.refusal());
    }
  }

  @Override
  public void close() {
    if (metrics != null) {
      metrics.close();
    }
  }
}
