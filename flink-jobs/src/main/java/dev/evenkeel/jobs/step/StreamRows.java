package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tta.StepResult;
import dev.evenkeel.adapters.tta.StreamStep;
import java.nio.FloatBuffer;

/**
 * One stream's part of a call's result.
 *
 * @param step what happened to its state
 * @param samples of the stream
 * @param logits {@code [samples, classes]} as emitted
 * @param sourceLogits the same of the source model; null if it did not answer this stream
 * @param sourceFeatures {@code [samples, width]} that it saw; null where nobody asked for them
 */
record StreamRows(
    StreamStep step,
    int samples,
    int classes,
    FloatBuffer logits,
    FloatBuffer sourceLogits,
    FloatBuffer sourceFeatures) {

  /**
   * Cuts a stream out.
   *
   * @param stream index of its turn in the call
   * @param from its first row
   */
  static StreamRows of(StepResult result, int stream, int from, int samples) {
    StreamStep step = result.streams().get(stream);
    int classes = result.classes();
    return new StreamRows(
        step,
        samples,
        classes,
        cut(result.logits(), result.samples(), from, samples),
        step.sourceAnswered() ? cut(result.sourceLogits(), result.samples(), from, samples) : null,
        step.sourceAnswered()
            ? cut(result.sourceFeatures(), result.samples(), from, samples)
            : null);
  }

  private static FloatBuffer cut(FloatBuffer rows, int all, int from, int samples) {
    if (rows == null) {
      return null;
    }
    int width = rows.limit() / all;
    return rows.slice(from * width, samples * width);
  }

  /** Some of the rows, copied. */
  StreamRows select(int[] rows) {
    return new StreamRows(
        step,
        rows.length,
        classes,
        select(logits, rows),
        select(sourceLogits, rows),
        select(sourceFeatures, rows));
  }

  private FloatBuffer select(FloatBuffer from, int[] rows) {
    if (from == null) {
      return null;
    }
    int width = from.limit() / samples;
    FloatBuffer selected = FloatBuffer.allocate(rows.length * width);
    for (int i = 0; i < rows.length; i++) {
      selected.put(i * width, from, rows[i] * width, width);
    }
    return selected;
  }
}
