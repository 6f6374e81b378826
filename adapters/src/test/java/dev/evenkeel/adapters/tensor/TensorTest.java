package dev.evenkeel.adapters.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {
  @Test
  void holdsElementsLittleEndianInRowMajorOrder() {
    Tensor tensor = Tensor.ofFloats(Shape.of(2, 2), 1, 2, 3, 4);

    assertThat(tensor.bytes().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    assertThat(tensor.bytes().getFloat(8)).isEqualTo(3);
    assertThat(tensor.toFloats()).containsExactly(1, 2, 3, 4);
    assertThat(tensor.toDoubles()).containsExactly(1, 2, 3, 4);
    assertThat(tensor).hasToString("FLOAT32[2, 2]");
  }

  @Test
  void cannotBeChangedThroughItsBytes() {
    Tensor tensor = Tensor.scalar(1f);

    assertThatThrownBy(() -> tensor.bytes().put(0, (byte) 1))
        .isInstanceOf(ReadOnlyBufferException.class);
  }

  @Test
  void givesEveryReaderItsOwnPosition() {
    Tensor tensor = Tensor.ofLongs(Shape.of(2), 5, 6);
    tensor.bytes().getLong();

    assertThat(tensor.bytes().getLong()).isEqualTo(5);
  }

  @Test
  void widensIntegersAsTheirSignSays() {
    ByteBuffer ones = ByteBuffer.allocate(8).putLong(-1).flip();

    assertThat(Tensor.wrap(ElementType.INT8, Shape.of(8), ones).toLongs()).containsOnly(-1);
    assertThat(Tensor.wrap(ElementType.UINT8, Shape.of(8), ones).toLongs()).containsOnly(255);
    assertThat(Tensor.wrap(ElementType.INT16, Shape.of(4), ones).toLongs()).containsOnly(-1);
    assertThat(Tensor.wrap(ElementType.UINT16, Shape.of(4), ones).toLongs()).containsOnly(65535);
    assertThat(Tensor.wrap(ElementType.INT32, Shape.of(2), ones).toLongs()).containsOnly(-1);
    assertThat(Tensor.wrap(ElementType.UINT32, Shape.of(2), ones).toLongs())
        .containsOnly(4294967295L);
  }

  @ParameterizedTest
  @EnumSource
  void wrapsExactlyTheBytesThatItsTypeTakes(ElementType type) {
    assertThat(Tensor.wrap(type, Shape.of(3), ByteBuffer.allocate(3 * type.bytes())).size())
        .isEqualTo(3);
    assertThatThrownBy(
            () -> Tensor.wrap(type, Shape.of(3), ByteBuffer.allocate(3 * type.bytes() + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(type + " tensor of shape [3] takes " + 3 * type.bytes());
  }

  @Test
  void refusesToReadOtherTypes() {
    assertThatThrownBy(() -> Tensor.scalar(1L).toFloats())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("INT64, expected FLOAT32");
    assertThatThrownBy(() -> Tensor.scalar(1f).toLongs())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("expected an integer type");
  }

  @Test
  void equalsWhatHasTheSameTypeShapeAndBits() {
    Tensor tensor = Tensor.ofFloats(Shape.of(2), Float.NaN, 0f);

    assertThat(tensor)
        .isEqualTo(Tensor.ofFloats(Shape.of(2), Float.NaN, 0f))
        .hasSameHashCodeAs(Tensor.ofFloats(Shape.of(2), Float.NaN, 0f))
        .isNotEqualTo(Tensor.ofFloats(Shape.of(2), Float.NaN, -0f))
        .isNotEqualTo(Tensor.ofFloats(Shape.of(1, 2), Float.NaN, 0f))
        .isNotEqualTo(Tensor.ofInts(Shape.of(2), 0x7fc00000, 0));
  }

  @Test
  void reshapesWithoutChangingElements() {
    Tensor tensor = Tensor.ofInts(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);

    assertThat(tensor.reshape(3, 2).toLongs()).isEqualTo(tensor.toLongs());
    assertThatThrownBy(() -> tensor.reshape(4)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shapesKnowTheirSizeAndRefuseImpossibleOnes() {
    assertThat(Shape.scalar().size()).isEqualTo(1);
    assertThat(Shape.of(2, 0, 3).size()).isZero();
    assertThat(Shape.of(2, 3).dimension(-1)).isEqualTo(3);
    assertThatThrownBy(() -> Shape.of(2, -1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Shape.of(1L << 62, 4)).isInstanceOf(ArithmeticException.class);
  }

  @Test
  void elementTypesHaveTheNumbersOfOnnx() {
    assertThat(ElementType.ofOnnxNumber(1)).contains(ElementType.FLOAT32);
    assertThat(ElementType.ofOnnxNumber(16)).contains(ElementType.BFLOAT16);
    assertThat(ElementType.ofOnnxNumber(8)).as("strings").isEmpty();
  }
}
