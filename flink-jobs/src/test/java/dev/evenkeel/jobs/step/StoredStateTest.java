package dev.evenkeel.jobs.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateDictSerializer;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A state's bytes in Flink state, of this release and of the one before. */
class StoredStateTest {
  private static final StateDict STATE =
      new StateDict(
          new TreeMap<>(Map.of("affine.scale", Tensor.ofFloats(Shape.of(2), new float[] {1, 2}))));

  @Test
  void theFirstLayoutHadNoModel() throws IOException {
    StoredState read = StoredState.fromBytes(first("fp"));
    assertThat(read.fingerprint()).isEqualTo("fp");
    assertThat(read.model()).isEmpty();
    assertThat(StateDictSerializer.toBytes(read.entries()))
        .isEqualTo(StateDictSerializer.toBytes(STATE));
  }

  @Test
  void thePresentLayoutHasIt() {
    StoredState read = StoredState.fromBytes(new StoredState("fp", "sha256:1", STATE).toBytes());
    assertThat(read.fingerprint()).isEqualTo("fp");
    assertThat(read.model()).isEqualTo("sha256:1");
    assertThat(read.entries().get("affine.scale").toFloats()).containsExactly(1, 2);
  }

  @Test
  void anotherLayoutIsRefused() throws IOException {
    byte[] bytes = first("fp");
    bytes[3] = 7;
    assertThatThrownBy(() -> StoredState.fromBytes(bytes)).hasMessageContaining("version 7");
  }

  private static byte[] first(String fingerprint) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(1);
      out.writeUTF(fingerprint);
      out.write(StateDictSerializer.toBytes(STATE));
    }
    return bytes.toByteArray();
  }
}
