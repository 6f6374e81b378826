package dev.evenkeel.jobs.step;

import dev.evenkeel.jobs.io.StreamSample;
import org.apache.flink.util.MathUtils;

/** Chooses by what a sample is called, so that a replay chooses alike. */
final class SampleHash {
  private static final int FACTOR = 0x9e3779b1;

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;
  private static final long MIX_1 = 0xff51afd7ed558ccdL;
  private static final long MIX_2 = 0xc4ceb9fe1a85ec53L;

  private SampleHash() {}

  /** A number in [0, 1) that depends on the identifiers only and looks uniform. */
  static double share(StreamSample sample) {
    return share(hash(sample));
  }

  /** Another one, independent of it: shadowed batches begin with samples of a low share. */
  static double shareForFeatures(StreamSample sample) {
    return share(~hash(sample) * FACTOR);
  }

  /**
   * What a sample is remembered by: two of a few thousand have the same number once in about 10^12
   * times.
   */
  static long identity(String streamId, String sampleId) {
    // FNV-1a, whose high bits are poor for short names, and a mixer of MurmurHash3.
    long hash = add(add(FNV_OFFSET, streamId) * FNV_PRIME, sampleId);
    hash = (hash ^ (hash >>> 33)) * MIX_1;
    hash = (hash ^ (hash >>> 33)) * MIX_2;
    return hash ^ (hash >>> 33);
  }

  private static long add(long before, String text) {
    long hash = before;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    return hash;
  }

  private static int hash(StreamSample sample) {
    return 31 * sample.streamId().hashCode() + sample.sampleId().hashCode();
  }

  private static double share(int hash) {
    return MathUtils.murmurHash(hash) / (Integer.MAX_VALUE + 1.0);
  }
}
