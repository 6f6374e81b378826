package dev.evenkeel.jobs.step;

import dev.evenkeel.jobs.io.StreamSample;
import org.apache.flink.util.MathUtils;

/** Chooses by what a sample is called, so that a replay chooses alike. */
final class SampleHash {
  private static final int FACTOR = 0x9e3779b1;

  private SampleHash() {}

  /** A number in [0, 1) that depends on the identifiers only and looks uniform. */
  static double share(StreamSample sample) {
    return share(hash(sample));
  }

  /** Another one, independent of it: shadowed batches begin with samples of a low share. */
  static double shareForFeatures(StreamSample sample) {
    return share(~hash(sample) * FACTOR);
  }

  private static int hash(StreamSample sample) {
    return 31 * sample.streamId().hashCode() + sample.sampleId().hashCode();
  }

  private static double share(int hash) {
    return MathUtils.murmurHash(hash) / (Integer.MAX_VALUE + 1.0);
  }
}
