package dev.evenkeel.jobs.backtest;

import dev.evenkeel.adapters.evaluation.OpenSetMetrics;
import dev.evenkeel.adapters.labelshift.TrackedPrior;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.StateDict;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a recipe made of recorded data.
 *
 * @param errorRate share of wrong answers among samples of known classes, in [0, 1]; null without
 *     labels
 * @param sourceErrorRate the same for the frozen source model
 * @param samples number of samples answered
 * @param seconds time spent in steps: no loading, compiling or source pass
 * @param acceptedRatio share of the samples offered to selections that they kept, in [0, 1]; null
 *     without a selection
 * @param updates optimiser steps
 * @param skipped batches whose update was refused
 * @param resets returns to the initial state
 * @param recallPerClass share of right answers by class, an entry null where the class is absent;
 *     null without labels
 * @param meanCost mean cost of an answer to a sample of a known class, at least 0; null without
 *     labels or costs
 * @param sourceMeanCost the same for the frozen source model
 * @param openSet how unknown classes were told from known ones by {@code logsumexp} of the logits
 *     as emitted; empty unless the labels have both
 * @param guardActions what guards did, in order; empty without guards
 * @param state adaptation state after the last batch, in the canonical layout
 * @param logits {@code [samples, classes]} in stream order as emitted, if they were asked for
 */
public record BacktestResult(
    Double errorRate,
    Double sourceErrorRate,
    int samples,
    double seconds,
    Double acceptedRatio,
    long updates,
    long skipped,
    long resets,
    List<Double> recallPerClass,
    Double meanCost,
    Double sourceMeanCost,
    Optional<OpenSetMetrics> openSet,
    Optional<List<PlacedAction>> guardActions,
    StateDict state,
    Optional<Tensor> logits) {

  /** The prior that the next batch would be corrected with; null without label-shift correction. */
  public List<Double> estimatedLabelDistribution() {
    return state
        .find(TrackedPrior.PRIOR)
        .map(prior -> Arrays.stream(prior.toDoubles()).boxed().toList())
        .orElse(null);
  }

  /** Samples answered in a second of steps. */
  public double samplesPerSecond() {
    return seconds > 0 ? samples / seconds : 0;
  }
}
