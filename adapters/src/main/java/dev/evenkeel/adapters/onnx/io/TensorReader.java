package dev.evenkeel.adapters.onnx.io;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Reads constants, checking what a file claims of them before memory is spent. */
final class TensorReader {
  private final Limits limits;

  TensorReader(Limits limits) {
    this.limits = limits;
  }

  Tensor read(TensorProto proto, String owner) {
    ElementType type = type(proto.getDataType(), owner);
    Shape shape = check(proto, type, owner);
    if (proto.hasRawData()) {
      return Tensor.wrap(type, shape, proto.getRawData().asReadOnlyByteBuffer());
    }
    int size = (int) shape.size();
    ByteBuffer data = ByteBuffer.allocate(size * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < size; i++) {
      put(data, type, proto, i);
    }
    return Tensor.wrap(type, shape, data.flip());
  }

  /** Refuses a tensor that {@link #read} could not read, without allocating anything. */
  void check(TensorProto proto, String owner) {
    check(proto, type(proto.getDataType(), owner), owner);
  }

  static ElementType type(int number, String owner) {
    return ElementType.ofOnnxNumber(number)
        .orElseThrow(
            () -> {
              DataType found = DataType.forNumber(number);
              return new OnnxException(
                  owner
                      + " has element type "
                      + (found == null ? "number " + number : found)
                      + ", expected one of "
                      + Arrays.toString(ElementType.values()));
            });
  }

  private Shape check(TensorProto proto, ElementType type, String owner) {
    if (proto.getExternalDataCount() > 0
        || proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      throw new OnnxException(
          owner
              + " keeps its data in another file, which is refused; save the model as one file"
              + " (onnx.save with save_as_external_data=False)");
    }
    if (proto.hasSegment()) {
      throw new OnnxException(owner + " is a segment of a tensor, expected a whole one");
    }
    Shape shape = shape(proto, owner);
    int typed = typedCount(proto, type);
    if (proto.hasRawData() && typed > 0) {
      throw new OnnxException(owner + " has both raw and typed data, expected one of them");
    }
    long found = proto.hasRawData() ? proto.getRawData().size() : (long) typed;
    long expected = proto.hasRawData() ? shape.size() * type.bytes() : shape.size();
    if (found != expected || expected > Integer.MAX_VALUE / type.bytes() * (long) type.bytes()) {
      throw new OnnxException(
          owner
              + " of shape "
              + shape
              + " and type "
              + type
              + " has "
              + found
              + (proto.hasRawData() ? " bytes" : " elements")
              + ", expected "
              + expected);
    }
    return shape;
  }

  private Shape shape(TensorProto proto, String owner) {
    if (proto.getDimsCount() > limits.rank()) {
      throw new OnnxException(
          owner + " has rank " + proto.getDimsCount() + ", expected at most " + limits.rank());
    }
    long[] dimensions = new long[proto.getDimsCount()];
    long size = 1;
    for (int i = 0; i < dimensions.length; i++) {
      dimensions[i] = proto.getDims(i);
      if (dimensions[i] < 0) {
        throw new OnnxException(owner + " has a negative dimension in " + proto.getDimsList());
      }
      if (dimensions[i] != 0 && size > limits.tensorElements() / dimensions[i]) {
        throw new OnnxException(
            owner
                + " has shape "
                + proto.getDimsList()
                + ", expected at most "
                + limits.tensorElements()
                + " elements");
      }
      size *= dimensions[i];
    }
    return Shape.of(dimensions);
  }

  private static int typedCount(TensorProto proto, ElementType type) {
    return switch (type) {
      case FLOAT32 -> proto.getFloatDataCount();
      case FLOAT64 -> proto.getDoubleDataCount();
      case INT64 -> proto.getInt64DataCount();
      case UINT32, UINT64 -> proto.getUint64DataCount();
      case BOOL, UINT8, INT8, UINT16, INT16, INT32, FLOAT16, BFLOAT16 -> proto.getInt32DataCount();
    };
  }

  private static void put(ByteBuffer data, ElementType type, TensorProto proto, int i) {
    switch (type) {
      case FLOAT32 -> data.putFloat(proto.getFloatData(i));
      case FLOAT64 -> data.putDouble(proto.getDoubleData(i));
      case INT64 -> data.putLong(proto.getInt64Data(i));
      case UINT64 -> data.putLong(proto.getUint64Data(i));
      case UINT32 -> data.putInt((int) proto.getUint64Data(i));
      case INT32 -> data.putInt(proto.getInt32Data(i));
      case UINT16, INT16, FLOAT16, BFLOAT16 -> data.putShort((short) proto.getInt32Data(i));
      case BOOL, UINT8, INT8 -> data.put((byte) proto.getInt32Data(i));
    }
  }
}
