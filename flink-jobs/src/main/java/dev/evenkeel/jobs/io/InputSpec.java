package dev.evenkeel.jobs.io;

import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.RejectionReason;
import dev.evenkeel.v1.DataType;
import dev.evenkeel.v1.Sample;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What a model takes as one sample.
 *
 * @param onlyUint8 whether FLOAT32 is refused
 * @param shape dimensions of one sample, outermost first
 */
public record InputSpec(boolean onlyUint8, List<Integer> shape) implements Serializable {
  public InputSpec {
    shape = List.copyOf(shape);
  }

  public static InputSpec of(SourceModel model) {
    List<Integer> shape = new ArrayList<>();
    for (long dimension : model.sampleShape().dimensions()) {
      shape.add(Math.toIntExact(dimension));
    }
    return new InputSpec(model.inputType() == ElementType.UINT8, shape);
  }

  /**
   * Refuses a sample that the model cannot take by its shape or element type, whatever its payload.
   * A leading axis of size 1 may be left out.
   */
  void checkForm(Sample sample) throws DecodeException {
    List<Integer> found = sample.getShape();
    boolean channelLeftOut =
        found.size() + 1 == shape.size()
            && shape.get(0) == 1
            && shape.subList(1, shape.size()).equals(found);
    if (!found.equals(shape) && !channelLeftOut) {
      throw new DecodeException(
          RejectionReason.WRONG_SHAPE,
          "shape is " + found + ", expected " + shape + "; send what the model takes");
    }
    if (onlyUint8 && sample.getDtype() != DataType.UINT8) {
      throw new DecodeException(
          RejectionReason.WRONG_DTYPE,
          "dtype is " + sample.getDtype() + ", expected UINT8; the model scales its input itself");
    }
  }

  /** Refuses a payload with an element that is not finite. */
  static void checkValues(Sample sample) throws DecodeException {
    if (sample.getDtype() == DataType.FLOAT32) {
      requireFinite(sample.getData());
    }
  }

  private static void requireFinite(ByteBuffer data) throws DecodeException {
    ByteBuffer values = data.slice().order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.limit(); i += Float.BYTES) {
      float value = values.getFloat(i);
      if (!Float.isFinite(value)) {
        throw new DecodeException(
            RejectionReason.NON_FINITE,
            "element " + i / Float.BYTES + " is " + value + "; clean the input");
      }
    }
  }
}
