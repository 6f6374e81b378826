package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.StateDict;

/** How a stream's state takes a step from a batch. A function: all that is kept is in the state. */
public interface StepAlgorithm {
  /** Name of the network that lives beside the one that learns, or empty if there is none. */
  default String companion() {
    return "";
  }

  /** What answers the next batch of a stream. */
  Served served(StateDict state);

  Step step(Network network, StreamState state, SampleBatch samples);
}
