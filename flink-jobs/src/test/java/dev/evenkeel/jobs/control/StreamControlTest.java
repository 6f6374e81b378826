package dev.evenkeel.jobs.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.adapters.tta.Turn;
import dev.evenkeel.jobs.testing.Commands;
import dev.evenkeel.v1.ControlAction;
import dev.evenkeel.v1.ControlCommand;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What a stream was told, and its bytes in Flink state. */
class StreamControlTest {
  /** As the first release wrote it: version, mode, 7 batches, 5 steps, nothing pending. */
  private static final String FIRST =
      "01" + "000646524f5a454e" + "0000000000000007" + "0000000000000005" + "00000000";

  @Test
  void theFirstLayoutIsStillRead() {
    StreamControl told = StreamControl.fromBytes(HexFormat.of().parseHex(FIRST));
    assertThat(told.mode()).isEqualTo(Turn.Mode.FROZEN);
    assertThat(told.batches()).isEqualTo(7);
    assertThat(told.steps()).isEqualTo(5);
    assertThat(told.pending()).isEmpty();
    assertThat(told.program()).isEmpty();
  }

  @Test
  void thePresentLayoutDoesNotChange() {
    StreamControl told =
        StreamControl.fresh(Turn.Mode.FROZEN, 5)
            .servedBy(Commands.toStream("ab", ControlAction.SWAP, "s"));
    assertThat(HexFormat.of().formatHex(told.toBytes()))
        .isEqualTo(
            "02"
                + "000646524f5a454e"
                + "00".repeat(8)
                + "0000000000000005"
                + "00000000"
                + "00026162");
    assertThat(StreamControl.fromBytes(told.toBytes())).isEqualTo(told);
  }

  @Test
  void commandsWaitForTheirBatch() {
    ControlCommand later = Commands.toStream("1", ControlAction.FREEZE, "s");
    later.setAtBatch(2L);
    StreamControl told = StreamControl.fresh(Turn.Mode.ADAPT, 0).waitingFor(later);
    assertThat(told.due()).isEmpty();
    StreamControl reached = told.answered(1).answered(2);
    assertThat(StreamControl.fromBytes(reached.toBytes()).due()).containsExactly(later);
    assertThat(reached.withoutDue().pending()).isEmpty();
  }

  @Test
  void damagedBytesAreRefusedWithAWayOut() {
    byte[] bytes = StreamControl.fresh(Turn.Mode.ADAPT, 0).toBytes();
    assertThatThrownBy(() -> StreamControl.fromBytes(Arrays.copyOf(bytes, bytes.length / 2)))
        .hasMessageContaining("cut short")
        .hasMessageContaining("--fresh");
    bytes[0] = 9;
    assertThatThrownBy(() -> StreamControl.fromBytes(bytes)).hasMessageContaining("version 9");
  }
}
