package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.SourceModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Samples in one direct buffer that doubles when it is full. */
final class OrtSampleBatch implements SampleBatch {
  private static final int FIRST_CAPACITY = 64;
  private static final float[] UNIT_INTERVAL = unitInterval();

  private final OrtEnvironment environment;
  private final ElementType type;
  private final Shape sampleShape;
  private final int elements;
  private ByteBuffer memory;
  private FloatBuffer floats;
  private int size;

  OrtSampleBatch(OrtEnvironment environment, SourceModel source) {
    this(environment, source.inputType(), source.sampleShape());
  }

  private OrtSampleBatch(OrtEnvironment environment, ElementType type, Shape sampleShape) {
    this.environment = environment;
    this.type = type;
    this.sampleShape = sampleShape;
    elements = Math.toIntExact(sampleShape.size());
    memory = DirectMemory.allocate((long) FIRST_CAPACITY * elements * type.bytes());
    floats = memory.asFloatBuffer();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void clear() {
    size = 0;
  }

  @Override
  public void addUint8(ByteBuffer pixels) {
    requireLength(pixels, elements);
    grow();
    if (type == ElementType.UINT8) {
      memory.put(size * elements, pixels, pixels.position(), elements);
    } else {
      int at = size * elements;
      int from = pixels.position();
      for (int i = 0; i < elements; i++) {
        floats.put(at + i, UNIT_INTERVAL[pixels.get(from + i) & 0xff]);
      }
    }
    size++;
  }

  @Override
  public void addFloat32(ByteBuffer values) {
    if (type != ElementType.FLOAT32) {
      throw new IllegalArgumentException("The model takes " + type + ", not FLOAT32 samples");
    }
    requireLength(values, elements * Float.BYTES);
    grow();
    FloatBuffer from = values.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    floats.put(size * elements, from, 0, elements);
    size++;
  }

  /** Adds samples {@code [count, sample...]} as the model receives them. */
  void addValues(float[] values, int count) {
    if (values.length < count * elements) {
      throw new IllegalArgumentException(
          values.length + " values are no " + count + " samples of shape " + sampleShape);
    }
    for (int i = 0; i < count; i++) {
      grow();
      if (type == ElementType.UINT8) {
        for (int e = 0; e < elements; e++) {
          float rounded = Math.round(values[i * elements + e]);
          memory.put(size * elements + e, (byte) Math.max(0, Math.min(255, (int) rounded)));
        }
      } else {
        floats.put(size * elements, values, i * elements, elements);
      }
      size++;
    }
  }

  @Override
  public float[] values() {
    float[] values = new float[size * elements];
    if (type == ElementType.UINT8) {
      for (int i = 0; i < values.length; i++) {
        values[i] = memory.get(i) & 0xff;
      }
    } else {
      floats.get(0, values);
    }
    return values;
  }

  /** A copy of the samples at some positions. */
  OrtSampleBatch select(int[] positions) {
    OrtSampleBatch selected = new OrtSampleBatch(environment, type, sampleShape);
    int bytes = elements * type.bytes();
    for (int position : positions) {
      selected.grow();
      selected.memory.put(selected.size * bytes, memory, position * bytes, bytes);
      selected.size++;
    }
    return selected;
  }

  /** The samples as {@code [size, sample shape...]}; to be closed before the batch is refilled. */
  OnnxTensor tensor() {
    long[] shape = new long[1 + sampleShape.rank()];
    shape[0] = size;
    System.arraycopy(sampleShape.dimensions(), 0, shape, 1, sampleShape.rank());
    OnnxJavaType javaType = type == ElementType.UINT8 ? OnnxJavaType.UINT8 : OnnxJavaType.FLOAT;
    return DirectMemory.tensor(environment, memory, javaType, shape);
  }

  private void requireLength(ByteBuffer sample, int bytes) {
    if (sample.remaining() != bytes) {
      throw new IllegalArgumentException(
          "Sample has "
              + sample.remaining()
              + " bytes, expected "
              + bytes
              + " for shape "
              + sampleShape);
    }
  }

  private void grow() {
    if ((long) (size + 1) * elements * type.bytes() > memory.capacity()) {
      ByteBuffer larger = DirectMemory.allocate(2L * memory.capacity());
      larger.put(0, memory, 0, memory.capacity());
      memory = larger;
      floats = memory.asFloatBuffer();
    }
  }

  private static float[] unitInterval() {
    float[] values = new float[256];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 255f;
    }
    return values;
  }
}
