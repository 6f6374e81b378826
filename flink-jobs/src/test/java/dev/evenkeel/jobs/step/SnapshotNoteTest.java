package dev.evenkeel.jobs.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.adapters.tta.StateMovement;
import dev.evenkeel.store.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SnapshotNoteTest {
  /** Written by version 1 once and for all; a sketch of halves follows. */
  private static final String BEGINNING =
      "00000001"
          + "0000000000000102"
          + "0047"
          + HexFormat.of().formatHex("sha256:".getBytes(StandardCharsets.US_ASCII))
          + "3062".repeat(32);

  @Test
  void keepsItsFirstLayout() {
    float[] halves = new float[StateMovement.SKETCH_SIZE];
    Arrays.fill(halves, 0.5f);
    SnapshotNote note = new SnapshotNote(258, new Digest("0b".repeat(32)), halves);
    String expected = BEGINNING + "3f000000".repeat(256);
    assertThat(HexFormat.of().formatHex(note.toBytes())).isEqualTo(expected);
    SnapshotNote read = SnapshotNote.fromBytes(HexFormat.of().parseHex(expected));
    assertThat(read.takenAt()).isEqualTo(258);
    assertThat(read.snapshot()).isEqualTo(note.snapshot());
    assertThat(read.sketch()).isEqualTo(halves);
  }

  @Test
  void refusesWhatIsCutOrOfALaterRelease() {
    byte[] whole = HexFormat.of().parseHex(BEGINNING + "3f000000".repeat(256));
    assertThatThrownBy(() -> SnapshotNote.fromBytes(Arrays.copyOf(whole, whole.length - 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cut short");
    whole[3] = 2;
    assertThatThrownBy(() -> SnapshotNote.fromBytes(whole))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("layout version 2");
  }
}
