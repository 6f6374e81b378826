package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateLayout;
import dev.evenkeel.adapters.tta.StateLayout.StateTensor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * State in two sets of native buffers: a step reads one and writes the other, and {@link #commit}
 * changes their roles. A refused step costs nothing.
 */
final class OrtAdaptationState implements AdaptationState {
  static final String STEPS = "counter.steps";

  private final StateLayout layout;
  private Buffers current;
  private Buffers next;
  private long steps;

  /** One set of buffers, with its tensors under the names of inputs and of outputs. */
  private record Buffers(
      List<ByteBuffer> memory, Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) {
    static Buffers allocate(OrtEnvironment environment, StateLayout layout) {
      Buffers buffers = new Buffers(new ArrayList<>(), new HashMap<>(), new HashMap<>());
      for (StateTensor tensor : layout.tensors()) {
        ByteBuffer memory = DirectMemory.allocate(tensor.shape().size() * Float.BYTES);
        OnnxTensor shared =
            DirectMemory.tensor(
                environment, memory, OnnxJavaType.FLOAT, withStreams(1, tensor.shape()));
        buffers.memory.add(memory);
        buffers.inputs.put(tensor.input(), shared);
        buffers.outputs.put(tensor.output(), shared);
      }
      return buffers;
    }

    List<FloatBuffer> floats() {
      return memory.stream().map(ByteBuffer::asFloatBuffer).toList();
    }
  }

  OrtAdaptationState(OrtEnvironment environment, StateLayout layout, StateDict initial) {
    this.layout = layout;
    current = Buffers.allocate(environment, layout);
    next = Buffers.allocate(environment, layout);
    try {
      layout.pack(initial, current.floats());
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    Tensor counter = initial.entries().get(STEPS);
    steps = counter == null ? 0 : counter.toLongs()[0];
  }

  static long[] withStreams(long streams, Shape shape) {
    long[] dimensions = new long[1 + shape.rank()];
    dimensions[0] = streams;
    System.arraycopy(shape.dimensions(), 0, dimensions, 1, shape.rank());
    return dimensions;
  }

  @Override
  public StateDict toStateDict() {
    SortedMap<String, Tensor> entries = layout.unpack(current.floats());
    entries.put(STEPS, Tensor.scalar(steps));
    return new StateDict(entries);
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public long byteSize() {
    return 2 * current.memory().stream().mapToLong(ByteBuffer::capacity).sum();
  }

  /** Tensors by graph input. */
  Map<String, OnnxTensor> inputs() {
    return current.inputs();
  }

  /** Tensors by graph output. */
  Map<String, OnnxTensor> outputs() {
    return next.outputs();
  }

  List<ByteBuffer> currentMemory() {
    return current.memory();
  }

  List<ByteBuffer> nextMemory() {
    return next.memory();
  }

  /** Makes what the last step wrote the state. */
  void commit() {
    Buffers written = next;
    next = current;
    current = written;
    steps++;
  }

  @Override
  public void close() {
    current.inputs().values().forEach(OnnxTensor::close);
    next.inputs().values().forEach(OnnxTensor::close);
  }
}
