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
 */
record StreamRows(
    StreamStep step, int samples, int classes, FloatBuffer logits, FloatBuffer sourceLogits) {

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
        result.logits().slice(from * classes, samples * classes),
        step.sourceAnswered()
            ? result.sourceLogits().slice(from * classes, samples * classes)
            : null);
  }

  /** Some of the rows, copied. */
  StreamRows select(int[] rows) {
    return new StreamRows(
        step, rows.length, classes, select(logits, rows), select(sourceLogits, rows));
  }

  private FloatBuffer select(FloatBuffer from, int[] rows) {
    if (from == null) {
      return null;
    }
    FloatBuffer selected = FloatBuffer.allocate(rows.length * classes);
    for (int i = 0; i < rows.length; i++) {
      selected.put(i * classes, from, rows[i] * classes, classes);
    }
    return selected;
  }
}
