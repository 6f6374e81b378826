package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tta.Turn;
import dev.evenkeel.v1.ControlAction;
import java.util.function.Supplier;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeutils.base.StringSerializer;

/** What streams that come for the first time do, as commands to all have left it. */
final class ModeOfNew implements Supplier<Turn.Mode> {
  private static final MapStateDescriptor<String, String> STANDING =
      new MapStateDescriptor<>(
          "standing-orders", StringSerializer.INSTANCE, StringSerializer.INSTANCE);
  private static final String MODE = "mode";

  private final BroadcastState<String, String> standing;
  private Turn.Mode mode;

  ModeOfNew(OperatorStateStore states) throws Exception {
    standing = states.getBroadcastState(STANDING);
    String written = standing.get(MODE);
    mode = written == null ? Turn.Mode.ADAPT : Turn.Mode.valueOf(written);
  }

  @Override
  public Turn.Mode get() {
    return mode;
  }

  /** Notes a command to all. */
  void told(ControlAction action) throws Exception {
    switch (action) {
      case FREEZE -> set(Turn.Mode.FROZEN);
      case RESUME -> set(Turn.Mode.ADAPT);
      default -> {
        // New streams have nothing to undo.
      }
    }
  }

  private void set(Turn.Mode other) throws Exception {
    mode = other;
    standing.put(MODE, other.name());
  }
}
