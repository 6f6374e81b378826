package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.drift.Answered;
import dev.evenkeel.adapters.drift.DriftReference;
import dev.evenkeel.adapters.drift.PredictionWindow;
import dev.evenkeel.adapters.drift.SampledFeatures;
import dev.evenkeel.adapters.drift.SegmentTable;
import dev.evenkeel.adapters.drift.SourceSignals;
import dev.evenkeel.adapters.labelshift.TrackedPrior;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Learned;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.Signal;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.jobs.io.StreamSample;
import dev.evenkeel.jobs.quality.WatchedBatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Notes down what the watch needs to know of a batch. For one thread. */
final class BatchNotes {
  private static final double[] NOTHING = {};
  private static final float[] NO_PARAMETERS = {};

  private static final Set<Signal> FEATURES = Set.of(Signal.SOURCE_FEATURES);
  private static final Set<Signal> ASSIGNMENTS = Set.of(Signal.ASSIGNMENT_ENTROPY);
  private static final Set<Signal> ALL = Set.of(Signal.values());

  private final String modelVersion;
  private final String segmentBy;
  private final double temperature;
  private final SourceSignals signals;
  private final Optional<LayerNotes> layers;
  private final Optional<ParameterNotes> parameters;
  private final Optional<FeatureNotes> features;

  /**
   * @param shadow share of batches that the source model answers too
   * @param initial state of every stream
   */
  BatchNotes(
      String modelVersion, AdaptOptions.Watching watching, double shadow, StateDict initial) {
    this.modelVersion = modelVersion;
    DriftReference reference = watching.reference();
    segmentBy = watching.segmentBy();
    temperature = reference == null ? Double.NaN : reference.profile().calibration().temperature();
    signals = reference == null ? null : new SourceSignals(reference.profile());
    layers = LayerNotes.of(reference, initial);
    parameters = ParameterNotes.of(initial);
    features = FeatureNotes.of(reference, watching.window(), shadow);
  }

  /**
   * What the step has to tell beside its answers.
   *
   * @param steps of the state before it
   */
  Set<Signal> signals(List<StreamSample> samples, long steps) {
    boolean wanted = features.map(found -> found.want(samples)).orElse(false);
    if (steps % LayerNotes.EVERY != 0) {
      return wanted ? FEATURES : Set.of();
    }
    return wanted ? ALL : ASSIGNMENTS;
  }

  /** What has to be known of a state before its batch; handed back with the batch. */
  float[] before(AdaptationState state) {
    return parameters.map(found -> found.parameters(state)).orElse(NO_PARAMETERS);
  }

  /**
   * The notes on a batch, one for each stream in it, in the order of their first samples. What
   * parameters learned from is told of the first: a shared state learns once.
   *
   * @param steps of the state before it
   * @param before what {@link #before} told
   */
  List<WatchedBatch> of(
      List<StreamSample> samples,
      StreamRows result,
      Answers.Labels labels,
      AdaptationState state,
      long steps,
      float[] before,
      long nowMillis) {
    boolean stepped =
        result.step().outcome() instanceof Outcome.Adapted && result.step().learned().updates() > 0;
    double[] movement =
        movement(
            parameters.map(found -> found.after(state, before, stepped)).orElse(NOTHING),
            result.step().assignmentEntropy());
    StateNotes after =
        new StateNotes(
            state.entry(TrackedPrior.PRIOR).map(Tensor::toDoubles).orElse(NOTHING),
            layers.map(found -> found.after(state, steps)).orElse(NOTHING),
            movement,
            steps);
    Map<String, List<Integer>> rows = new LinkedHashMap<>();
    for (int i = 0; i < samples.size(); i++) {
      rows.computeIfAbsent(samples.get(i).streamId(), id -> new ArrayList<>()).add(i);
    }
    List<WatchedBatch> notes = new ArrayList<>(rows.size());
    for (List<Integer> own : rows.values()) {
      Learned learned = notes.isEmpty() ? result.step().learned() : Learned.NOTHING;
      if (rows.size() == 1) {
        notes.add(note(samples, result, labels, learned, after, nowMillis));
      } else {
        int[] selected = own.stream().mapToInt(Integer::intValue).toArray();
        notes.add(
            note(
                own.stream().map(samples::get).toList(),
                result.select(selected),
                labels.select(selected),
                learned,
                after,
                nowMillis));
      }
    }
    return notes;
  }

  private static double[] movement(double[] parameters, double assignmentEntropy) {
    boolean learns = parameters.length > 0;
    return learns || !Double.isNaN(assignmentEntropy)
        ? new double[] {
          learns ? parameters[0] : Double.NaN,
          learns ? parameters[1] : Double.NaN,
          assignmentEntropy
        }
        : NOTHING;
  }

  /**
   * What is told of the state, to each stream that shares it.
   *
   * @param estimate of the label distribution, empty if there is none
   * @param layers divergences, empty where not measured
   * @param movement of the parameters, empty where none are learned
   * @param steps before the batch
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  private record StateNotes(double[] estimate, double[] layers, double[] movement, long steps) {}

  private WatchedBatch note(
      List<StreamSample> samples,
      StreamRows result,
      Answers.Labels labels,
      Learned learned,
      StateNotes after,
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
            after.estimate(),
            after.steps(),
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
        after.layers(),
        segments(samples),
        reason(result.step().outcome()),
        after.movement(),
        features.map(found -> found.of(samples, result)).orElse(SampledFeatures.NONE),
        batch);
  }

  private List<String> segments(List<StreamSample> samples) {
    return segmentBy == null
        ? List.of()
        : samples.stream()
            .map(sample -> SegmentTable.name(sample.attributes().get(segmentBy)))
            .toList();
  }

  private static String reason(Outcome outcome) {
    if (outcome instanceof Outcome.Skipped skipped) {
      return skipped.reason();
    }
    return outcome instanceof Outcome.Reset reset ? reset.reason() : "";
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
