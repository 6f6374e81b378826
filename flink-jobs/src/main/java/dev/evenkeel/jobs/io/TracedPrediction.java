package dev.evenkeel.jobs.io;

import dev.evenkeel.v1.Prediction;

/**
 * An answer on its way out.
 *
 * @param trace of the answered sample
 */
public record TracedPrediction(Prediction prediction, TraceContext trace) {
  /** The answer to a sample. */
  public static TracedPrediction of(Prediction prediction, StreamSample sample) {
    return new TracedPrediction(prediction, TraceContext.of(sample.attributes()));
  }
}
