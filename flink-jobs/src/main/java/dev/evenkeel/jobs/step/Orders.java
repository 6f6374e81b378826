package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.guard.GuardAction;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.Turn;
import dev.evenkeel.jobs.control.AuditTrail;
import dev.evenkeel.jobs.control.StreamControl;
import dev.evenkeel.jobs.metrics.JobMetrics;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.AuditStatus;
import dev.evenkeel.v1.ControlCommand;
import dev.evenkeel.v1.ControlScope;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.flink.runtime.state.KeyedStateBackend;

/**
 * Does what commands say to the streams of one operator instance, between two batches of theirs,
 * and acknowledges it. What a stream was told lies beside its state, so a command is in a
 * checkpoint exactly if its offset is.
 */
final class Orders {
  private final AdaptationSession session;
  private final LiveStreams streams;
  private final KeyedStateBackend<String> backend;
  private final Predicate<String> isOwn;
  private final Consumer<String> restarted;
  private final ModeOfNew modeOfNew;
  private final AuditTrail trail;
  private final Consumer<AuditEvent> audit;
  private final JobMetrics metrics;

  /**
   * @param isOwn whether the samples of a key come to this instance
   * @param restarted is told the key of a stream that goes on from the initial state
   */
  Orders(
      AdaptationSession session,
      LiveStreams streams,
      KeyedStateBackend<String> backend,
      Predicate<String> isOwn,
      Consumer<String> restarted,
      ModeOfNew modeOfNew,
      AuditTrail trail,
      Consumer<AuditEvent> audit,
      JobMetrics metrics) {
    this.session = session;
    this.streams = streams;
    this.backend = backend;
    this.isOwn = isOwn;
    this.restarted = restarted;
    this.modeOfNew = modeOfNew;
    this.trail = trail;
    this.audit = audit;
    this.metrics = metrics;
  }

  /**
   * Takes a command; another key may be the current one afterwards.
   *
   * @param nowMillis the clock
   */
  void take(ControlCommand command, long nowMillis) throws Exception {
    if (command.getScope() == ControlScope.ALL) {
      for (String key : streams.keys(backend)) {
        obey(command, key, streams.of(key), nowMillis);
      }
      modeOfNew.told(command.getAction());
      return;
    }
    String key = command.getTarget();
    if (!isOwn.test(key)) {
      return;
    }
    if (!streams.knows(key)) {
      String reason =
          "'" + key + "' is unknown here: no batch of it was answered, or it was forgotten since";
      acknowledge(
          trail.ofCommand(
              command,
              key,
              AuditStatus.REFUSED,
              reason,
              StreamControl.fresh(modeOfNew.get(), 0),
              nowMillis));
      return;
    }
    LiveStream stream = streams.of(key);
    if (command.getAtBatch() != null && command.getAtBatch() > stream.control().batches()) {
      stream.told(stream.control().waitingFor(command));
    } else {
      obey(command, key, stream, nowMillis);
    }
  }

  /** Obeys commands that waited for the stream's next batch. */
  void beforeBatch(String key, LiveStream stream, long nowMillis) {
    StreamControl told = stream.control();
    if (told.pending().isEmpty() || told.due().isEmpty()) {
      return;
    }
    stream.told(told.withoutDue());
    for (ControlCommand command : told.due()) {
      obey(command, key, stream, nowMillis);
    }
  }

  private void obey(ControlCommand command, String key, LiveStream stream, long nowMillis) {
    StreamControl before = stream.control();
    String done =
        switch (command.getAction()) {
          case FREEZE -> {
            stream.told(before.in(Turn.Mode.FROZEN));
            yield "answers come from the state as it is; resume to adapt again";
          }
          case RESUME -> {
            stream.told(before.in(Turn.Mode.ADAPT));
            yield "adapts again";
          }
          case RESET -> {
            streams.replace(stream, session.initialState());
            restarted.accept(key);
            yield "the state is the initial one again";
          }
          default -> throw new IllegalStateException("Nobody let " + command.getAction() + " pass");
        };
    String reason =
        command.getComment().isEmpty() ? done : done + " (" + command.getComment() + ")";
    acknowledge(trail.ofCommand(command, key, AuditStatus.APPLIED, reason, before, nowMillis));
  }

  /**
   * Writes down what guards did to a stream with a batch.
   *
   * @param actions in order
   * @param nowMillis the clock
   */
  void guarded(String key, LiveStream stream, List<GuardAction> actions, long nowMillis) {
    for (int i = 0; i < actions.size(); i++) {
      GuardAction action = actions.get(i);
      String guard = action.guard().label();
      String response = action.response().label();
      metrics.guarded(guard, response);
      audit.accept(
          trail.ofGuard(
              key,
              stream.control(),
              i,
              response,
              guard,
              action.reason(),
              Map.of("value", action.value(), "threshold", action.threshold()),
              nowMillis));
    }
  }

  private void acknowledge(AuditEvent event) {
    metrics.commanded(event.getAction(), event.getStatus().name());
    audit.accept(event);
  }
}
