package dev.evenkeel.adapters.runtime.ort;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Which stream each sample of a call belongs to. Every stream has at least one. */
final class Membership {
  private final int[] streamOfSample;
  private final int[] counts;

  Membership(int streams, int[] streamOfSample, int samples) {
    if (samples == 0 || streamOfSample.length != samples) {
      throw new IllegalArgumentException(
          "A step takes at least one sample, and a stream index for each; found "
              + samples
              + " samples and "
              + streamOfSample.length
              + " indices");
    }
    this.streamOfSample = streamOfSample;
    counts = new int[streams];
    for (int stream : streamOfSample) {
      counts[stream]++;
    }
    for (int s = 0; s < streams; s++) {
      if (counts[s] == 0) {
        throw new IllegalArgumentException("Stream " + s + " of the step has no sample");
      }
    }
  }

  int samples() {
    return streamOfSample.length;
  }

  int streams() {
    return counts.length;
  }

  int streamOf(int sample) {
    return streamOfSample[sample];
  }

  /** Number of samples of a stream. */
  int count(int stream) {
    return counts[stream];
  }

  boolean anyCountsAtLeast(int minimum) {
    return Arrays.stream(counts).anyMatch(count -> count >= minimum);
  }

  /** Where a stream's samples lie in the call. */
  int[] positions(int stream) {
    return IntStream.range(0, streamOfSample.length)
        .filter(i -> streamOfSample[i] == stream)
        .toArray();
  }
}
