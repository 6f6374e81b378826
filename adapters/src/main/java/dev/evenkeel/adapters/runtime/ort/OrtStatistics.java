package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateLayout;
import dev.evenkeel.adapters.tta.StateLayout.StateTensor;
import dev.evenkeel.adapters.tta.learning.Statistics;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** One stream's state tensors in native memory, under the names of inputs and of outputs. */
final class OrtStatistics implements Statistics, AutoCloseable {
  private final StateLayout layout;
  private final List<ByteBuffer> memory = new ArrayList<>();
  private final Map<String, OnnxTensor> inputs = new HashMap<>();
  private final Map<String, OnnxTensor> outputs = new HashMap<>();

  OrtStatistics(OrtEnvironment environment, StateLayout layout) {
    this.layout = layout;
    for (StateTensor tensor : layout.tensors()) {
      ByteBuffer buffer = DirectMemory.allocate(tensor.shape().size() * Float.BYTES);
      OnnxTensor shared =
          DirectMemory.tensor(
              environment, buffer, OnnxJavaType.FLOAT, withStreams(1, tensor.shape()));
      memory.add(buffer);
      inputs.put(tensor.input(), shared);
      outputs.put(tensor.output(), shared);
    }
  }

  static long[] withStreams(long streams, Shape shape) {
    long[] dimensions = new long[1 + shape.rank()];
    dimensions[0] = streams;
    System.arraycopy(shape.dimensions(), 0, dimensions, 1, shape.rank());
    return dimensions;
  }

  /** Takes over canonical entries. */
  void pack(StateDict state) {
    layout.pack(state, floats());
  }

  /** Canonical entries. */
  SortedMap<String, Tensor> unpack() {
    return layout.unpack(floats());
  }

  @Override
  public void pack(Map<String, Tensor> entries) {
    pack(StateDict.of(entries));
  }

  @Override
  public void copyFrom(Statistics other) {
    List<ByteBuffer> from = ((OrtStatistics) other).memory;
    for (int i = 0; i < memory.size(); i++) {
      memory.get(i).put(0, from.get(i), 0, memory.get(i).capacity());
    }
  }

  /** Tensors by graph input. */
  Map<String, OnnxTensor> inputs() {
    return inputs;
  }

  /** Tensors by graph output. */
  Map<String, OnnxTensor> outputs() {
    return outputs;
  }

  List<ByteBuffer> memory() {
    return memory;
  }

  long byteSize() {
    return memory.stream().mapToLong(ByteBuffer::capacity).sum();
  }

  private List<FloatBuffer> floats() {
    return memory.stream().map(ByteBuffer::asFloatBuffer).toList();
  }

  @Override
  public void close() {
    inputs.values().forEach(OnnxTensor::close);
  }
}
