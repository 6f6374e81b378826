package dev.evenkeel.adapters.tta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class StateDictSerializerTest {
  private static final StateDict STATE =
      StateDict.of(
          Map.of(
              "counter.steps", Tensor.scalar(42L),
              "norm.means", Tensor.ofFloats(Shape.of(2, 3), 1, -2.5f, 0, 3e38f, 1e-40f, 0.1f),
              "norm.variances", Tensor.ofFloats(Shape.of(2, 3), 1, 2, 3, 4, 5, 6)));

  @Test
  void readsAndWritesWhatVersionOneWas() throws IOException {
    byte[] stored = stored();
    assertThat(StateDictSerializer.fromBytes(stored)).isEqualTo(STATE);
    assertThat(StateDictSerializer.toBytes(STATE)).isEqualTo(stored);
  }

  @Test
  void keepsEveryElementTypeOfStates() {
    StateDict state =
        StateDict.of(
            Map.of(
                "buffer.bytes", Tensor.ofBytes(Shape.of(2), (byte) 1, (byte) -1),
                "buffer.doubles", Tensor.ofDoubles(Shape.of(1), Math.PI),
                "buffer.flags", Tensor.ofBooleans(Shape.of(2), true, false),
                "buffer.ints", Tensor.ofInts(Shape.of(1), -7),
                "memory.empty", Tensor.ofFloats(Shape.of(0, 3)),
                "rng.counter", Tensor.scalar(1L << 40)));
    assertThat(StateDictSerializer.fromBytes(StateDictSerializer.toBytes(state))).isEqualTo(state);
    assertThat(StateDictSerializer.fromBytes(StateDictSerializer.toBytes(StateDict.EMPTY)))
        .isEqualTo(StateDict.EMPTY);
  }

  @Test
  void refusesEveryTruncation() {
    byte[] bytes = StateDictSerializer.toBytes(STATE);
    for (int length = 0; length < bytes.length; length++) {
      byte[] truncated = Arrays.copyOf(bytes, length);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> StateDictSerializer.fromBytes(truncated));
    }
  }

  @Test
  void refusesEveryFlippedByte() {
    byte[] bytes = StateDictSerializer.toBytes(STATE);
    for (int i = 0; i < bytes.length; i++) {
      byte[] damaged = bytes.clone();
      damaged[i] ^= 0x10;
      assertThatIllegalArgumentException().isThrownBy(() -> StateDictSerializer.fromBytes(damaged));
    }
  }

  @Test
  void refusesNonsenseBehindAMatchingChecksum() {
    byte[] bytes = StateDictSerializer.toBytes(STATE);
    // The first dimension of norm.means: mark, version, count, first entry, name, type and rank.
    int dimension = 12 + (2 + 13 + 2 + 8) + (2 + 10 + 2);
    assertThat(little(bytes).getLong(dimension)).isEqualTo(2);
    for (long size : new long[] {-1, 1L << 40, Long.MAX_VALUE}) {
      little(bytes).putLong(dimension, size);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> StateDictSerializer.fromBytes(sealed(bytes)));
    }
  }

  @Test
  void namesTheVersionOfANewerState() {
    byte[] bytes = StateDictSerializer.toBytes(STATE);
    little(bytes).putInt(4, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StateDictSerializer.fromBytes(sealed(bytes)))
        .withMessageContaining("version 2")
        .withMessageContaining("up to 1");
  }

  @Test
  void refusesAnEntryThatNobodyOwns() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StateDict.of(Map.of("weights.first", Tensor.scalar(1f))))
        .withMessageContaining("weights.first");
  }

  private static byte[] sealed(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, bytes.length - 4);
    little(bytes).putInt(bytes.length - 4, (int) crc.getValue());
    return bytes;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] stored() throws IOException {
    try (InputStream in =
        StateDictSerializerTest.class.getResourceAsStream("/state/state-v1.eksd")) {
      return in.readAllBytes();
    }
  }
}
