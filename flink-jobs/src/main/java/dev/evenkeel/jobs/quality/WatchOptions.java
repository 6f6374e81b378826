package dev.evenkeel.jobs.quality;

import dev.evenkeel.adapters.drift.DriftReference;
import dev.evenkeel.jobs.metrics.MetricsOptions;
import java.io.Serializable;

/**
 * How streams are watched.
 *
 * @param window answers in a report, at least 1
 * @param classes of the model
 * @param model version of the job file's, which the reference is of
 * @param reference what windows are compared with; null for nothing
 * @param detector name of the change detector
 * @param segmentBy attribute whose values divide a stream; null for none
 * @param idleMillis without answers after which a stream is forgotten; 0 for never
 * @param labelDelayMillis after an answer within which its label counts; 0 for no labels
 * @param metrics of the job
 */
public record WatchOptions(
    int window,
    int classes,
    String model,
    DriftReference reference,
    String detector,
    String segmentBy,
    long idleMillis,
    long labelDelayMillis,
    MetricsOptions metrics)
    implements Serializable {}
