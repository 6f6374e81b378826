package dev.evenkeel.adapters.onnx.io;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.evenkeel.adapters.tensor.ElementType;
import java.util.EnumMap;
import java.util.Map;

/** Element types as ONNX numbers them. */
final class ElementTypes {
  private static final Map<ElementType, DataType> NUMBERS =
      new EnumMap<>(
          Map.ofEntries(
              Map.entry(ElementType.BFLOAT16, DataType.BFLOAT16),
              Map.entry(ElementType.BOOL, DataType.BOOL),
              Map.entry(ElementType.FLOAT16, DataType.FLOAT16),
              Map.entry(ElementType.FLOAT32, DataType.FLOAT),
              Map.entry(ElementType.FLOAT64, DataType.DOUBLE),
              Map.entry(ElementType.INT16, DataType.INT16),
              Map.entry(ElementType.INT32, DataType.INT32),
              Map.entry(ElementType.INT64, DataType.INT64),
              Map.entry(ElementType.INT8, DataType.INT8),
              Map.entry(ElementType.UINT16, DataType.UINT16),
              Map.entry(ElementType.UINT32, DataType.UINT32),
              Map.entry(ElementType.UINT64, DataType.UINT64),
              Map.entry(ElementType.UINT8, DataType.UINT8)));

  private ElementTypes() {}

  static int number(ElementType type) {
    return NUMBERS.get(type).getNumber();
  }

  static boolean isKnown(int number) {
    return NUMBERS.containsValue(DataType.forNumber(number));
  }

  /**
   * @param owner how the message names what has this type
   * @throws OnnxException if it is no type of fixed width that we know
   */
  static ElementType of(int number, String owner) {
    DataType wanted = DataType.forNumber(number);
    for (Map.Entry<ElementType, DataType> entry : NUMBERS.entrySet()) {
      if (entry.getValue() == wanted) {
        return entry.getKey();
      }
    }
    throw new OnnxException(
        owner
            + " has element type "
            + (wanted == null ? "number " + number : wanted)
            + ", expected one of "
            + NUMBERS.values());
  }
}
