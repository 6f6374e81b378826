package dev.evenkeel.adapters.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A dense, immutable array: element type, shape, and elements in row-major order, little-endian.
 * Two tensors are equal when all three are, bit for bit (so NaN equals itself).
 */
public final class Tensor {
  private final ElementType type;
  private final Shape shape;
  private final ByteBuffer data;

  private Tensor(ElementType type, Shape shape, ByteBuffer data) {
    long expected = Math.multiplyExact(shape.size(), (long) type.bytes());
    if (data.remaining() != expected) {
      throw new IllegalArgumentException(
          "A "
              + type
              + " tensor of shape "
              + shape
              + " takes "
              + expected
              + " bytes, but "
              + data.remaining()
              + " were given");
    }
    this.type = type;
    this.shape = shape;
    this.data = data;
  }

  /**
   * Wraps the remaining bytes without a copy; the caller must not change them afterwards.
   *
   * @throws IllegalArgumentException if the number of bytes does not fit the type and the shape
   */
  public static Tensor wrap(ElementType type, Shape shape, ByteBuffer data) {
    return new Tensor(type, shape, data.slice());
  }

  public static Tensor ofFloats(Shape shape, float... values) {
    ByteBuffer data = allocate(ElementType.FLOAT32, values.length);
    data.asFloatBuffer().put(values);
    return new Tensor(ElementType.FLOAT32, shape, data);
  }

  public static Tensor ofLongs(Shape shape, long... values) {
    ByteBuffer data = allocate(ElementType.INT64, values.length);
    data.asLongBuffer().put(values);
    return new Tensor(ElementType.INT64, shape, data);
  }

  public static Tensor ofInts(Shape shape, int... values) {
    ByteBuffer data = allocate(ElementType.INT32, values.length);
    data.asIntBuffer().put(values);
    return new Tensor(ElementType.INT32, shape, data);
  }

  public static Tensor ofDoubles(Shape shape, double... values) {
    ByteBuffer data = allocate(ElementType.FLOAT64, values.length);
    data.asDoubleBuffer().put(values);
    return new Tensor(ElementType.FLOAT64, shape, data);
  }

  public static Tensor ofBytes(Shape shape, byte... values) {
    return new Tensor(ElementType.UINT8, shape, ByteBuffer.wrap(values.clone()));
  }

  public static Tensor ofBooleans(Shape shape, boolean... values) {
    ByteBuffer data = allocate(ElementType.BOOL, values.length);
    for (int i = 0; i < values.length; i++) {
      data.put(i, (byte) (values[i] ? 1 : 0));
    }
    return new Tensor(ElementType.BOOL, shape, data);
  }

  public static Tensor scalar(float value) {
    return ofFloats(Shape.scalar(), value);
  }

  public static Tensor scalar(long value) {
    return ofLongs(Shape.scalar(), value);
  }

  public ElementType type() {
    return type;
  }

  public Shape shape() {
    return shape;
  }

  /** Number of elements. */
  public int size() {
    return Math.toIntExact(shape.size());
  }

  /** A fresh read-only, little-endian view of the elements. */
  public ByteBuffer bytes() {
    return data.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The elements of a FLOAT32 tensor.
   *
   * @throws IllegalStateException if the tensor is of another type
   */
  public float[] toFloats() {
    require(ElementType.FLOAT32);
    float[] values = new float[size()];
    bytes().asFloatBuffer().get(values);
    return values;
  }

  /**
   * The elements of an integer tensor, widened; unsigned types are read as unsigned.
   *
   * @throws IllegalStateException if the tensor is of no integer (or boolean) type
   */
  public long[] toLongs() {
    ByteBuffer in = bytes();
    long[] values = new long[size()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case INT64, UINT64 -> in.getLong(i * 8);
            case INT32 -> in.getInt(i * 4);
            case UINT32 -> Integer.toUnsignedLong(in.getInt(i * 4));
            case INT16 -> in.getShort(i * 2);
            case UINT16 -> Short.toUnsignedLong(in.getShort(i * 2));
            case INT8 -> in.get(i);
            case UINT8, BOOL -> Byte.toUnsignedLong(in.get(i));
            case FLOAT32, FLOAT64, FLOAT16, BFLOAT16 -> throw wrongType("an integer type");
          };
    }
    return values;
  }

  /**
   * The elements as doubles, whatever numeric type they have.
   *
   * @throws IllegalStateException for 16-bit floating point types
   */
  public double[] toDoubles() {
    double[] values = new double[size()];
    ByteBuffer in = bytes();
    switch (type) {
      case FLOAT32 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = in.getFloat(i * 4);
        }
      }
      case FLOAT64 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = in.getDouble(i * 8);
        }
      }
      case FLOAT16, BFLOAT16 -> throw wrongType("a type of at least 32 bits or an integer type");
      default -> {
        long[] longs = toLongs();
        for (int i = 0; i < values.length; i++) {
          values[i] = longs[i];
        }
      }
    }
    return values;
  }

  /**
   * The same elements under another shape, without a copy.
   *
   * @throws IllegalArgumentException if the number of elements differs
   */
  public Tensor reshape(long... dimensions) {
    return new Tensor(type, Shape.of(dimensions), data.duplicate());
  }

  private void require(ElementType expected) {
    if (type != expected) {
      throw wrongType(expected.name());
    }
  }

  private IllegalStateException wrongType(String expected) {
    return new IllegalStateException(
        "Tensor of shape " + shape + " has type " + type + ", expected " + expected);
  }

  private static ByteBuffer allocate(ElementType type, int elements) {
    return ByteBuffer.allocate(Math.multiplyExact(elements, type.bytes()))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor tensor
        && type == tensor.type
        && shape.equals(tensor.shape)
        && data.equals(tensor.data);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * type.hashCode() + shape.hashCode()) + data.hashCode();
  }

  @Override
  public String toString() {
    return type + shape.toString();
  }
}
