package dev.evenkeel.jobs.quality;

import dev.evenkeel.jobs.io.LabelArrival;
import dev.evenkeel.jobs.metrics.JobMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.LongPrimitiveArraySerializer;

/**
 * Brings answers and labels of the current stream together, whichever comes first. A label counts
 * if it came within the delay after its answer, by the times on the records, so that a replay joins
 * the same. The first label of a sample counts, and the first answer.
 *
 * <p>Answers are kept for twice the delay, so that labels that come too late are known as such;
 * labels without an answer are kept as long as one could come.
 */
final class LabelJoin {
  private final long delayMillis;
  private final JobMetrics metrics;
  private final MapState<String, long[]> answers;
  private final MapState<String, long[]> early;

  LabelJoin(RuntimeContext context, long delayMillis, JobMetrics metrics) {
    this.delayMillis = delayMillis;
    this.metrics = metrics;
    answers = context.getMapState(descriptor("answers"));
    early = context.getMapState(descriptor("early-labels"));
  }

  private static MapStateDescriptor<String, long[]> descriptor(String name) {
    return new MapStateDescriptor<>(
        name, StringSerializer.INSTANCE, LongPrimitiveArraySerializer.INSTANCE);
  }

  /** An answer came. */
  void answer(String sampleId, Answer answer, LiveFigures live) throws Exception {
    if (answers.contains(sampleId)) {
      return;
    }
    long[] waiting = early.get(sampleId);
    if (waiting == null) {
      answers.put(sampleId, answer.toLongs());
    } else {
      early.remove(sampleId);
      answers.put(sampleId, answer.asMet().toLongs());
      join(answer, (int) waiting[0], waiting[1], live);
    }
  }

  /** A label came. */
  void label(LabelArrival label, LiveFigures live) throws Exception {
    long[] found = answers.get(label.sampleId());
    if (found == null) {
      if (early.contains(label.sampleId())) {
        metrics.label("duplicate");
      } else {
        early.put(label.sampleId(), new long[] {label.label(), label.arrivedAt()});
      }
      return;
    }
    Answer answer = Answer.of(found);
    if (answer.met()) {
      metrics.label("duplicate");
      return;
    }
    answers.put(label.sampleId(), answer.asMet().toLongs());
    join(answer, label.label(), label.arrivedAt(), live);
  }

  private void join(Answer answer, int label, long arrivedAt, LiveFigures live) {
    long delay = Math.max(arrivedAt - answer.producedAt(), 0);
    if (delay > delayMillis) {
      live.tally().late();
      metrics.label("late");
    } else if (label < 0) {
      metrics.label("unknown-class");
    } else {
      live.add(answer, label, delay);
      metrics.label("joined");
      metrics.labelled(
          answer.label() == label, answer.sourceLabel() >= 0, answer.sourceLabel() == label);
    }
  }

  /**
   * Forgets what is too old.
   *
   * @param runningSince when this run began: what could not be read before is waited for as long
   * @return whether anything is left
   */
  boolean forget(long nowMillis, long runningSince, LiveFigures live) throws Exception {
    boolean left = false;
    List<String> gone = new ArrayList<>();
    for (Map.Entry<String, long[]> entry : answers.entries()) {
      long from = Math.max(Answer.of(entry.getValue()).producedAt(), runningSince);
      if (nowMillis - from > 2 * delayMillis) {
        gone.add(entry.getKey());
      } else {
        left = true;
      }
    }
    for (String id : gone) {
      answers.remove(id);
    }
    gone.clear();
    for (Map.Entry<String, long[]> entry : early.entries()) {
      if (nowMillis - Math.max(entry.getValue()[1], runningSince) > 2 * delayMillis) {
        gone.add(entry.getKey());
      } else {
        left = true;
      }
    }
    for (String id : gone) {
      early.remove(id);
      live.tally().late();
      metrics.label("unmatched");
    }
    return left;
  }
}
