package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tta.Decision;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.Softmax;
import dev.evenkeel.jobs.io.StreamSample;
import dev.evenkeel.jobs.io.TracedPrediction;
import dev.evenkeel.jobs.metrics.JobMetrics;
import dev.evenkeel.v1.Prediction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Turns the rows of a step's result into predictions. */
final class Answers {
  private final String modelVersion;
  private final Decision decision;
  private final JobMetrics metrics;

  Answers(String modelVersion, Decision decision, JobMetrics metrics) {
    this.modelVersion = modelVersion;
    this.decision = decision;
    this.metrics = metrics;
  }

  /**
   * One prediction for each sample, in order.
   *
   * @param steps taken by the stream's state before this batch
   */
  Labels emit(
      List<StreamSample> samples,
      StreamRows result,
      long steps,
      long nowMillis,
      Consumer<TracedPrediction> out) {
    Instant now = Instant.ofEpochMilli(nowMillis);
    dev.evenkeel.v1.Outcome outcome = outcome(result.step().outcome());
    int[] emitted = new int[samples.size()];
    int[] source = result.sourceLogits() == null ? null : new int[samples.size()];
    for (int i = 0; i < samples.size(); i++) {
      Prediction prediction = answer(samples.get(i), result, i);
      prediction.setAdaptationStep(steps);
      prediction.setOutcome(outcome);
      prediction.setProducedAt(now);
      metrics.prediction(
          prediction.getEntropy(), prediction.getOutOfDistributionScore(), prediction.getLabel());
      emitted[i] = prediction.getLabel();
      if (source != null) {
        source[i] = prediction.getSourceLabel();
        metrics.shadowed(prediction.getSourceLabel() != prediction.getLabel());
      }
      TracedPrediction traced = TracedPrediction.of(prediction, samples.get(i));
      metrics.waited(nowMillis - samples.get(i).recordTime(), traced.trace().id());
      out.accept(traced);
    }
    return new Labels(emitted, source);
  }

  /**
   * What was decided.
   *
   * @param emitted {@code [samples]}
   * @param source {@code [samples]} of the source model, null where it did not run
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  record Labels(int[] emitted, int[] source) {
    /** Those of some samples. */
    Labels select(int[] rows) {
      return new Labels(select(emitted, rows), source == null ? null : select(source, rows));
    }

    private static int[] select(int[] labels, int[] rows) {
      return Arrays.stream(rows).map(row -> labels[row]).toArray();
    }
  }

  private Prediction answer(StreamSample sample, StreamRows result, int row) {
    int classes = result.classes();
    int offset = row * classes;
    float[] probabilities = Softmax.probabilities(result.logits(), offset, classes);
    int label = decision.label(result.logits(), offset, probabilities);
    List<Float> boxed = new ArrayList<>(classes);
    for (float probability : probabilities) {
      boxed.add(probability);
    }
    Prediction prediction = new Prediction();
    prediction.setStreamId(sample.streamId());
    prediction.setSampleId(sample.sampleId());
    prediction.setEventTime(Instant.ofEpochMilli(sample.eventTime()));
    prediction.setLabel(label);
    prediction.setProbabilities(boxed);
    prediction.setConfidence(probabilities[label]);
    prediction.setEntropy((float) Softmax.entropy(probabilities));
    prediction.setOutOfDistributionScore(
        (float) -Softmax.logSumExp(result.logits(), offset, classes));
    if (result.sourceLogits() != null) {
      prediction.setSourceLabel(decision.label(result.sourceLogits(), offset, classes));
    }
    prediction.setModelVersion(modelVersion);
    return prediction;
  }

  private static dev.evenkeel.v1.Outcome outcome(Outcome outcome) {
    if (outcome instanceof Outcome.Adapted) {
      return dev.evenkeel.v1.Outcome.ADAPTED;
    } else if (outcome instanceof Outcome.Skipped) {
      return dev.evenkeel.v1.Outcome.SKIPPED;
    } else if (outcome instanceof Outcome.Reset) {
      return dev.evenkeel.v1.Outcome.RESET;
    }
    return dev.evenkeel.v1.Outcome.SOURCE;
  }
}
