package dev.evenkeel.jobs.demo.result;

import java.util.List;

/**
 * One phase of the stream.
 *
 * @param name the phase
 * @param start position of its first sample
 * @param samples its length
 * @param sourceErrorRate share of wrong answers of the frozen source model, in [0, 1]
 * @param errorRates the same for each recipe, the judged one first
 * @param samplesPerSecond answers of the judged recipe
 * @param visible from sending a sample until a read_committed consumer saw the judged recipe's
 *     answer
 */
public record PhaseResult(
    String name,
    int start,
    int samples,
    double sourceErrorRate,
    List<Double> errorRates,
    double samplesPerSecond,
    Latency visible) {
  public PhaseResult {
    errorRates = List.copyOf(errorRates);
  }

  /** Error rate of the judged recipe. */
  public double errorRate() {
    return errorRates.get(0);
  }
}
