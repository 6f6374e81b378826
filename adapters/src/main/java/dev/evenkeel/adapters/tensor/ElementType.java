package dev.evenkeel.adapters.tensor;

/**
 * Element types of ONNX tensors with a fixed width. Strings and sub-byte types are not among them.
 */
public enum ElementType {
  FLOAT32(4),
  UINT8(1),
  INT8(1),
  UINT16(2),
  INT16(2),
  INT32(4),
  INT64(8),
  BOOL(1),
  FLOAT16(2),
  FLOAT64(8),
  UINT32(4),
  UINT64(8),
  BFLOAT16(2);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Width of one element in bytes. */
  public int bytes() {
    return bytes;
  }
}
