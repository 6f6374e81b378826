package dev.evenkeel.adapters.onnx.interpreter;

import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;

/**
 * A value while it is computed: row-major doubles, whatever the element type. Floating point types
 * are all FLOAT64; integers are exact up to 2^53.
 */
final class Array {
  private final ElementType type;
  private final int[] shape;
  private final double[] values;

  private Array(ElementType type, int[] shape, double[] values) {
    if (values.length != size(shape)) {
      throw new IllegalArgumentException(
          "Shape " + Arrays.toString(shape) + " does not hold " + values.length + " elements");
    }
    this.type = type.isFloat() ? ElementType.FLOAT64 : type;
    this.shape = shape;
    this.values = values;
  }

  static Array of(ElementType type, int[] shape, double[] values) {
    return new Array(type, shape.clone(), values);
  }

  static Array of(Tensor tensor) {
    int[] shape = Arrays.stream(tensor.shape().dimensions()).mapToInt(Math::toIntExact).toArray();
    return new Array(tensor.type(), shape, tensor.toDoubles());
  }

  /** Computes every element from its position, which the function must not keep. */
  static Array build(ElementType type, int[] shape, ToDoubleFunction<int[]> element) {
    double[] values = new double[size(shape)];
    Positions.forEach(shape, (at, i) -> values[i] = element.applyAsDouble(at));
    return of(type, shape, values);
  }

  Array map(DoubleUnaryOperator operator) {
    return new Array(type, shape, Arrays.stream(values).map(operator).toArray());
  }

  Array reshape(int... newShape) {
    return of(type, newShape, values);
  }

  Array as(ElementType newType) {
    return new Array(newType, shape, values);
  }

  ElementType type() {
    return type;
  }

  int[] shape() {
    return shape.clone();
  }

  int rank() {
    return shape.length;
  }

  int dimension(int axis) {
    return shape[axis];
  }

  int size() {
    return values.length;
  }

  double value(int i) {
    return values[i];
  }

  double[] values() {
    return values.clone();
  }

  /** The element at a position. */
  double at(int... position) {
    return values[index(position)];
  }

  /** Place of a position in row-major order. */
  int index(int... position) {
    int index = 0;
    for (int axis = 0; axis < shape.length; axis++) {
      index = index * shape[axis] + position[axis];
    }
    return index;
  }

  /** The element that a position of a bigger, broadcast shape refers to. */
  double broadcastAt(int... position) {
    int index = 0;
    int skipped = position.length - shape.length;
    for (int axis = 0; axis < shape.length; axis++) {
      index = index * shape[axis] + (shape[axis] == 1 ? 0 : position[axis + skipped]);
    }
    return values[index];
  }

  /** Elements as integers; what is beyond the range of a long becomes its end. */
  long[] toLongs() {
    return Arrays.stream(values).mapToLong(value -> (long) value).toArray();
  }

  int[] toInts() {
    return Arrays.stream(values).mapToInt(value -> (int) value).toArray();
  }

  Tensor toTensor() {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      switch (type) {
        case BOOL, INT8, UINT8 -> bytes.put((byte) (long) value);
        case INT16, UINT16 -> bytes.putShort((short) (long) value);
        case INT32, UINT32 -> bytes.putInt((int) (long) value);
        case INT64, UINT64 -> bytes.putLong((long) value);
        case BFLOAT16, FLOAT16, FLOAT32, FLOAT64 -> bytes.putDouble(value);
      }
    }
    long[] dimensions = Arrays.stream(shape).asLongStream().toArray();
    return Tensor.wrap(type, Shape.of(dimensions), bytes.flip());
  }

  static int size(int... shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }
}
