package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tta.StateDict;

/**
 * A stream's state on its way into a step.
 *
 * @param entries everything but the statistics
 * @param steps steps taken before
 * @param statistics of the network that learns; not to be written
 * @param next where its statistics after the step go
 * @param companion statistics of a second network beside it, such as a teacher; those of the first
 *     where there is none
 * @param companionNext where those after the step go
 * @param learns whether parameters may move; statistics do in any case
 */
public record StreamState(
    StateDict entries,
    long steps,
    Statistics statistics,
    Statistics next,
    Statistics companion,
    Statistics companionNext,
    boolean learns) {
  /** The same with other entries. */
  StreamState with(StateDict other) {
    return new StreamState(other, steps, statistics, next, companion, companionNext, learns);
  }
}
