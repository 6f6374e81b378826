package dev.evenkeel.jobs.io;

import dev.evenkeel.jobs.metrics.JobMetrics;
import dev.evenkeel.jobs.metrics.MetricsOptions;
import dev.evenkeel.jobs.payload.PayloadStoreException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Parts samples from dead letters, which leave on {@link DecodeSamples#DEAD_LETTERS}. Throws {@link
 * PayloadStoreException} where a payload is out of reach.
 */
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
    if (read instanceof ReadSample.Unreachable unreachable) {
      throw new PayloadStoreException(unreachable.why());
    }
    metrics.received();
    if (read instanceof ReadSample.Accepted accepted) {
      out.collect(accepted.sample());
    } else if (read instanceof ReadSample.Refused refused) {
      metrics.deadLetter(refused.letter().getReason());
      context.output(DecodeSamples.DEAD_LETTERS, refused.letter());
    }
  }

  @Override
  public void close() {
    if (metrics != null) {
      metrics.close();
    }
  }
}
