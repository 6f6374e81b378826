package dev.evenkeel.jobs.step;

import dev.evenkeel.jobs.io.StreamSample;
import org.apache.flink.util.MathUtils;

/** Chooses by what a sample is called, so that a replay chooses alike. */
final class SampleHash {
  private SampleHash() {}

  /** A number in [0, 1) that depends on the identifiers only and looks uniform. */
  static double share(StreamSample sample) {
    int hash = 31 * sample.streamId().hashCode() + sample.sampleId().hashCode();
    return MathUtils.murmurHash(hash) / (Integer.MAX_VALUE + 1.0);
  }
}
