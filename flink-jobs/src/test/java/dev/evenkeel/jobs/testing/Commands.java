package dev.evenkeel.jobs.testing;

import dev.evenkeel.v1.ControlAction;
import dev.evenkeel.v1.ControlCommand;
import dev.evenkeel.v1.ControlScope;
import java.time.Instant;

/** Commands of the control topic. */
public final class Commands {
  private Commands() {}

  /** To one stream, at its next batch. */
  public static ControlCommand toStream(String id, ControlAction action, String stream) {
    return command(id, action, ControlScope.STREAM, stream);
  }

  /** To every stream. */
  public static ControlCommand toAll(String id, ControlAction action) {
    return command(id, action, ControlScope.ALL, null);
  }

  private static ControlCommand command(
      String id, ControlAction action, ControlScope scope, String target) {
    return ControlCommand.newBuilder()
        .setCommandId(id)
        .setAction(action)
        .setScope(scope)
        .setTarget(target)
        .setAuthor("tester")
        .setIssuedAt(Instant.EPOCH)
        .build();
  }
}
