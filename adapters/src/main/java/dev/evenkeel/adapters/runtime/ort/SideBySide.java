package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.StateLayout.StateTensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The states of several streams laid side by side for one call, and taken apart after it. Its
 * memory grows to the largest call and is used again.
 */
final class SideBySide {
  private final OrtRuntime runtime;
  private final AdaptationProgram program;
  private final List<ByteBuffer> before = new ArrayList<>();
  private final List<ByteBuffer> after = new ArrayList<>();

  SideBySide(OrtRuntime runtime) {
    this.runtime = runtime;
    program = runtime.program();
    for (int t = 0; t < program.layout().tensors().size(); t++) {
      before.add(DirectMemory.allocate(0));
      after.add(DirectMemory.allocate(0));
    }
  }

  /**
   * Copies the streams' statistics together.
   *
   * @param inputs gets the statistics before the call
   * @param outputs gets the memory for those after it
   * @param temporary gets what is to be closed after the call
   */
  void join(
      List<StreamTurn> streams,
      Map<String, OnnxTensor> inputs,
      Map<String, OnnxTensor> outputs,
      List<OnnxTensor> temporary) {
    for (int t = 0; t < before.size(); t++) {
      StateTensor tensor = program.layout().tensors().get(t);
      int bytes = Math.toIntExact(tensor.shape().size() * Float.BYTES);
      reserve(t, (long) bytes * streams.size());
      for (int s = 0; s < streams.size(); s++) {
        before.get(t).put(s * bytes, own(streams.get(s).state.current(), t), 0, bytes);
      }
      inputs.put(tensor.input(), tensor(before.get(t), streams.size(), tensor, temporary));
      if (isWritten(tensor)) {
        outputs.put(tensor.output(), tensor(after.get(t), streams.size(), tensor, temporary));
      }
    }
  }

  /** Copies what the call wrote, or what it left as it was, to the streams' next statistics. */
  void part(List<StreamTurn> streams) {
    for (int t = 0; t < before.size(); t++) {
      StateTensor tensor = program.layout().tensors().get(t);
      ByteBuffer joined = isWritten(tensor) ? after.get(t) : before.get(t);
      for (int s = 0; s < streams.size(); s++) {
        ByteBuffer own = own(streams.get(s).state.next(), t);
        own.put(0, joined, s * own.capacity(), own.capacity());
      }
    }
  }

  private static ByteBuffer own(OrtStatistics statistics, int tensor) {
    return statistics.memory().get(tensor);
  }

  private boolean isWritten(StateTensor tensor) {
    return program.model().graph().output(tensor.output()) != null;
  }

  private void reserve(int tensor, long bytes) {
    if (before.get(tensor).capacity() < bytes) {
      before.set(tensor, DirectMemory.allocate(bytes));
      after.set(tensor, DirectMemory.allocate(bytes));
    }
  }

  private OnnxTensor tensor(
      ByteBuffer memory, int streams, StateTensor shape, List<OnnxTensor> temporary) {
    OnnxTensor tensor =
        DirectMemory.tensor(
            runtime.environment(),
            memory,
            OnnxJavaType.FLOAT,
            OrtStatistics.withStreams(streams, shape.shape()));
    temporary.add(tensor);
    return tensor;
  }
}
