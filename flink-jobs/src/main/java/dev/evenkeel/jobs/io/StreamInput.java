package dev.evenkeel.jobs.io;

/** What comes to the operator that answers: a sample, or a label of one that came before. */
public sealed interface StreamInput permits StreamSample, LabelArrival {
  /** The stream that it belongs to. */
  String streamId();
}
