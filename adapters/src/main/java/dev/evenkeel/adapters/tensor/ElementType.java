package dev.evenkeel.adapters.tensor;

import java.util.Arrays;
import java.util.Optional;

/**
 * Element types of ONNX tensors with a fixed width. Strings and sub-byte types are not among them.
 */
public enum ElementType {
  FLOAT32(4, 1),
  UINT8(1, 2),
  INT8(1, 3),
  UINT16(2, 4),
  INT16(2, 5),
  INT32(4, 6),
  INT64(8, 7),
  BOOL(1, 9),
  FLOAT16(2, 10),
  FLOAT64(8, 11),
  UINT32(4, 12),
  UINT64(8, 13),
  BFLOAT16(2, 16);

  private final int bytes;
  private final int onnxNumber;

  ElementType(int bytes, int onnxNumber) {
    this.bytes = bytes;
    this.onnxNumber = onnxNumber;
  }

  /** The type with a number of ONNX's {@code TensorProto.DataType}, if it is one of these. */
  public static Optional<ElementType> ofOnnxNumber(long number) {
    return Arrays.stream(values()).filter(type -> type.onnxNumber == number).findFirst();
  }

  /** Width of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Number in ONNX's {@code TensorProto.DataType}, as the attribute of a Cast has it. */
  public int onnxNumber() {
    return onnxNumber;
  }

  /** Whether elements are floating point numbers. */
  public boolean isFloat() {
    return this == FLOAT16 || this == FLOAT32 || this == FLOAT64 || this == BFLOAT16;
  }
}
