package dev.evenkeel.jobs.bench;

import dev.evenkeel.adapters.runtime.RuntimeOptions;

/**
 * How the benchmarks run.
 *
 * @param runtime provider and threads of ONNX Runtime
 * @param rounds interleaved rounds counted, at least 1; medians are taken over them
 * @param sliceMillis how long each piece of work is repeated in a round
 */
public record BenchOptions(RuntimeOptions runtime, int rounds, long sliceMillis) {
  public BenchOptions {
    if (rounds < 1 || sliceMillis < 1) {
      throw new IllegalArgumentException(
          "A benchmark takes at least 1 round of at least 1 ms; found "
              + rounds
              + " rounds of "
              + sliceMillis
              + " ms");
    }
  }

  InterleavedTiming timing() {
    return new InterleavedTiming(rounds, 2, sliceMillis * 1_000_000);
  }
}
