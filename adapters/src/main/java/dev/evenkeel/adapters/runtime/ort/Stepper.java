package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OnnxTensor;
import java.nio.ByteBuffer;
import java.util.List;

/** A way to let the streams of a call take their steps. For one thread. */
interface Stepper extends AutoCloseable {
  /**
   * Lets each stream that has enough samples take its step.
   *
   * @param streams one for each stream
   * @param batch all samples
   * @param input the same as a tensor
   * @param logits room for {@code [samples, classes]}, to be filled for the streams that step
   */
  void step(
      List<StreamTurn> streams,
      Membership membership,
      OrtSampleBatch batch,
      OnnxTensor input,
      ByteBuffer logits);

  @Override
  void close();
}
