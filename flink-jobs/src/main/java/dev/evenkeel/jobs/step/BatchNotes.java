package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.drift.Answered;
import dev.evenkeel.adapters.drift.DriftReference;
import dev.evenkeel.adapters.drift.PredictionWindow;
import dev.evenkeel.adapters.drift.SourceSignals;
import dev.evenkeel.adapters.labelshift.TrackedPrior;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Learned;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.jobs.io.StreamSample;
import dev.evenkeel.jobs.quality.WatchedBatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Notes down what the watch needs to know of a batch. For one thread. */
final class BatchNotes {
  private static final double[] NOTHING = {};

  private final String modelVersion;
  private final double temperature;
  private final SourceSignals signals;
  private final Optional<LayerNotes> layers;

  /**
   * @param reference null without a profile
   * @param initial state of every stream
   */
  BatchNotes(String modelVersion, DriftReference reference, StateDict initial) {
    this.modelVersion = modelVersion;
    temperature = reference == null ? Double.NaN : reference.profile().calibration().temperature();
    signals = reference == null ? null : new SourceSignals(reference.profile());
    layers = LayerNotes.of(reference, initial);
  }

  /**
   * The notes on a batch, one for each stream in it, in the order of their first samples. What
   * parameters learned from is told of the first: a shared state learns once.
   *
   * @param steps of the state before it
   */
  List<WatchedBatch> of(
      List<StreamSample> samples,
      StreamRows result,
      Answers.Labels labels,
      AdaptationState state,
      long steps,
      long nowMillis) {
    double[] estimate = state.entry(TrackedPrior.PRIOR).map(Tensor::toDoubles).orElse(NOTHING);
    double[] layersAfter = layers.map(found -> found.after(state, steps)).orElse(NOTHING);
    Map<String, List<Integer>> rows = new LinkedHashMap<>();
    for (int i = 0; i < samples.size(); i++) {
      rows.computeIfAbsent(samples.get(i).streamId(), id -> new ArrayList<>()).add(i);
    }
    List<WatchedBatch> notes = new ArrayList<>(rows.size());
    for (List<Integer> own : rows.values()) {
      Learned learned = notes.isEmpty() ? result.step().learned() : Learned.NOTHING;
      if (rows.size() == 1) {
        notes.add(note(samples, result, labels, learned, estimate, layersAfter, steps, nowMillis));
      } else {
        int[] selected = own.stream().mapToInt(Integer::intValue).toArray();
        notes.add(
            note(
                own.stream().map(samples::get).toList(),
                result.select(selected),
                labels.select(selected),
                learned,
                estimate,
                layersAfter,
                steps,
                nowMillis));
      }
    }
    return notes;
  }

  private WatchedBatch note(
      List<StreamSample> samples,
      StreamRows result,
      Answers.Labels labels,
      Learned learned,
      double[] estimate,
      double[] layersAfter,
      long steps,
      long nowMillis) {
    int classes = result.classes();
    boolean shadowed = labels.source() != null;
    long first = samples.stream().mapToLong(StreamSample::eventTime).min().orElseThrow();
    long last = samples.stream().mapToLong(StreamSample::eventTime).max().orElseThrow();
    PredictionWindow.Batch batch =
        new PredictionWindow.Batch(
            Answered.of(result.logits(), labels.emitted(), classes, temperature),
            shadowed
                ? Answered.of(result.sourceLogits(), labels.source(), classes, temperature)
                : null,
            estimate,
            steps,
            fate(result.step().outcome()),
            learned.offered(),
            learned.accepted(),
            first,
            last);
    return new WatchedBatch(
        samples.get(0).streamId(),
        samples.stream().map(StreamSample::sampleId).toList(),
        modelVersion,
        nowMillis,
        shadowed && signals != null ? signals.sum(result.sourceLogits(), samples.size()) : NOTHING,
        layersAfter,
        batch);
  }

  private static PredictionWindow.Fate fate(Outcome outcome) {
    if (outcome instanceof Outcome.Adapted) {
      return PredictionWindow.Fate.ADAPTED;
    } else if (outcome instanceof Outcome.Skipped) {
      return PredictionWindow.Fate.SKIPPED;
    } else if (outcome instanceof Outcome.Reset) {
      return PredictionWindow.Fate.RESET;
    }
    return PredictionWindow.Fate.SOURCE;
  }
}
