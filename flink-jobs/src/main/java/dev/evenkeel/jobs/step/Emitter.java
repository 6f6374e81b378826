package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Learned;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.Signal;
import dev.evenkeel.jobs.io.StreamSample;
import dev.evenkeel.jobs.io.TracedPrediction;
import dev.evenkeel.jobs.metrics.JobMetrics;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** Sends the answers to a batch on their way, with what a watch is told of it, and counts them. */
final class Emitter {
  private static final float[] UNWATCHED = {};

  private final Answers answers;
  private final Optional<BatchNotes> notes;
  private final JobMetrics metrics;
  private final int maxSize;
  private final Output<StreamRecord<TracedPrediction>> output;
  private final StreamRecord<TracedPrediction> outgoing = new StreamRecord<>(null);

  /**
   * @param notes empty if nobody watches
   * @param maxSize samples of a full batch
   */
  Emitter(
      Answers answers,
      Optional<BatchNotes> notes,
      JobMetrics metrics,
      int maxSize,
      Output<StreamRecord<TracedPrediction>> output) {
    this.answers = answers;
    this.notes = notes;
    this.metrics = metrics;
    this.maxSize = maxSize;
    this.output = output;
  }

  /**
   * A state before its batch, as far as it has to be known afterwards.
   *
   * @param bytes of native memory
   * @param parameters for the notes, empty if nobody watches
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  record Before(long steps, long bytes, float[] parameters) {}

  /** What a batch of these samples has to tell beside its answers. */
  Set<Signal> signals(List<StreamSample> samples, AdaptationState state) {
    return notes.map(found -> found.signals(samples, state.steps())).orElse(Set.of());
  }

  Before before(AdaptationState state) {
    return new Before(
        state.steps(), state.byteSize(), notes.map(found -> found.before(state)).orElse(UNWATCHED));
  }

  /**
   * Emits a batch that was answered.
   *
   * @param state after the batch
   * @param nowMillis the clock
   * @return what was decided
   */
  Answers.Labels emit(
      List<StreamSample> samples,
      StreamRows rows,
      AdaptationState state,
      Before before,
      long nowMillis) {
    Answers.Labels labels =
        answers.emit(
            samples,
            rows,
            before.steps(),
            nowMillis,
            prediction -> output.collect(outgoing.replace(prediction)));
    notes.ifPresent(
        found ->
            found
                .of(samples, rows, labels, state, before.steps(), before.parameters(), nowMillis)
                .forEach(note -> output.collect(AdaptOperator.WATCHED, new StreamRecord<>(note))));
    metrics.batch((double) samples.size() / maxSize);
    count(rows.step().outcome());
    if (rows.step().fellBack()) {
      metrics.fellBack(samples.size());
    }
    Learned learned = rows.step().learned();
    metrics.learned(learned.offered(), learned.accepted(), learned.updates());
    return labels;
  }

  private void count(Outcome outcome) {
    if (outcome instanceof Outcome.Adapted) {
      metrics.adapted();
    } else if (outcome instanceof Outcome.Skipped skipped) {
      metrics.skipped(skipped.reason());
    } else if (outcome instanceof Outcome.Reset reset) {
      metrics.reset(reset.reason());
    }
  }
}
