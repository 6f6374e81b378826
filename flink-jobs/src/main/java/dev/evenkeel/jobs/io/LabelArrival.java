package dev.evenkeel.jobs.io;

/**
 * A true class that became known.
 *
 * @param streamId of the labelled sample
 * @param sampleId of the labelled sample
 * @param label 0-based; -1 for a class that the model does not know
 * @param arrivedAt when the broker or its sender stamped it, in milliseconds
 */
public record LabelArrival(String streamId, String sampleId, int label, long arrivedAt)
    implements StreamInput {}
