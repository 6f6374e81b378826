package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.StateDict;
import java.util.Map;

/** How many samples of a stream were seen. */
final class SampleCounter {
  private static final String SAMPLES = "counter.samples";

  private SampleCounter() {}

  static long of(StateDict entries) {
    return entries.find(SAMPLES).map(value -> value.toLongs()[0]).orElse(0L);
  }

  static Map<String, Tensor> entry(long samples) {
    return Map.of(SAMPLES, Tensor.scalar(samples));
  }
}
