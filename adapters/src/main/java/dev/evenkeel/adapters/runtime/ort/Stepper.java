package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OnnxTensor;
import dev.evenkeel.adapters.tta.Learned;
import dev.evenkeel.adapters.tta.Outcome;
import java.nio.ByteBuffer;
import java.util.List;

/** A way to let the streams of a call take their steps. For one thread. */
interface Stepper extends AutoCloseable {
  /**
   * Lets each stream that has enough samples take its step.
   *
   * @param states one for each stream
   * @param batch all samples
   * @param input the same as a tensor
   * @param logits room for {@code [samples, classes]}, to be filled for the streams that step
   * @param outcomes one for each stream, to be set for those that step
   */
  Learned step(
      List<OrtAdaptationState> states,
      Membership membership,
      OrtSampleBatch batch,
      OnnxTensor input,
      ByteBuffer logits,
      Outcome[] outcomes);

  @Override
  void close();
}
