package dev.evenkeel.jobs.quality;

import dev.evenkeel.adapters.drift.PredictionWindow;
import dev.evenkeel.adapters.drift.SampledFeatures;
import java.util.List;

/**
 * What watching needs to know of an answered batch, without probabilities and payloads.
 *
 * @param streamId of the stream that it belongs to
 * @param sampleIds in the order of the answers
 * @param modelVersion that answered
 * @param producedAt in milliseconds
 * @param sourceMoments sum of the source model's moments, {@code [3 * classes]}; empty without a
 *     profile, or where the source model did not run
 * @param layers divergence of each normalisation layer after the batch; empty where not measured
 * @param segments name of each sample's segment; empty if the stream is not divided
 * @param reason why nothing was learned from it, or the state went back to its start; empty where
 *     neither is so
 * @param movement distance of the learned parameters to the source's after the batch, and norm of
 *     the step that the batch made, NaN for none, then the entropy of the assignment to components,
 *     NaN where not measured; empty where there is none of them
 * @param features of few of the samples as the source model saw them
 * @param batch the answers
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record WatchedBatch(
    String streamId,
    List<String> sampleIds,
    String modelVersion,
    long producedAt,
    double[] sourceMoments,
    double[] layers,
    List<String> segments,
    String reason,
    double[] movement,
    SampledFeatures features,
    PredictionWindow.Batch batch) {
  public WatchedBatch {
    sampleIds = List.copyOf(sampleIds);
    segments = List.copyOf(segments);
  }
}
