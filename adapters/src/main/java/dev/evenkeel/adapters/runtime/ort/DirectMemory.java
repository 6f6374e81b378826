package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Native memory that Java writes and ONNX Runtime reads without a copy. */
final class DirectMemory {
  private DirectMemory() {}

  static ByteBuffer allocate(long bytes) {
    return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
  }

  /** A tensor over the first elements of a direct buffer; the buffer must outlive it. */
  static OnnxTensor tensor(
      OrtEnvironment environment, ByteBuffer memory, OnnxJavaType type, long... shape) {
    long bytes = type.size;
    for (long dimension : shape) {
      bytes *= dimension;
    }
    ByteBuffer view =
        memory.duplicate().order(ByteOrder.nativeOrder()).position(0).limit(Math.toIntExact(bytes));
    try {
      return switch (type) {
        case FLOAT -> OnnxTensor.createTensor(environment, view.asFloatBuffer(), shape);
        case INT64 -> OnnxTensor.createTensor(environment, view.asLongBuffer(), shape);
        case UINT8 -> OnnxTensor.createTensor(environment, view, shape, OnnxJavaType.UINT8);
        default -> throw new IllegalArgumentException("No tensors of type " + type + " are made");
      };
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot make a tensor: " + e.getMessage(), e);
    }
  }
}
