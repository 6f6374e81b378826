package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.guard.GuardAction;
import dev.evenkeel.adapters.tta.StateDictSerializer;
import dev.evenkeel.adapters.tta.Turn;
import dev.evenkeel.jobs.control.AuditTrail;
import dev.evenkeel.jobs.control.Order;
import dev.evenkeel.jobs.control.Serving;
import dev.evenkeel.jobs.control.StreamControl;
import dev.evenkeel.jobs.metrics.JobMetrics;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.AuditStatus;
import dev.evenkeel.v1.ControlCommand;
import dev.evenkeel.v1.ControlScope;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.flink.runtime.state.KeyedStateBackend;

/**
 * Does what commands say to the streams of one operator instance, between two batches of theirs,
 * and acknowledges it. What a stream was told lies beside its state, so a command is in a
 * checkpoint exactly if its offset is.
 */
final class Orders {
  private final ServedPrograms programs;
  private final LiveStreams streams;
  private final CandidateStates candidates;
  private final KeyedStateBackend<String> backend;
  private final Predicate<String> isOwn;
  private final Consumer<String> restarted;
  private final ModeOfNew modeOfNew;
  private final AuditTrail trail;
  private final Consumer<AuditEvent> audit;
  private final JobMetrics metrics;

  /**
   * @param isOwn whether the samples of a key come to this instance
   * @param restarted is told the key of a stream whose state does not descend from what was
   */
  Orders(
      ServedPrograms programs,
      LiveStreams streams,
      CandidateStates candidates,
      KeyedStateBackend<String> backend,
      Predicate<String> isOwn,
      Consumer<String> restarted,
      ModeOfNew modeOfNew,
      AuditTrail trail,
      Consumer<AuditEvent> audit,
      JobMetrics metrics) {
    this.programs = programs;
    this.streams = streams;
    this.candidates = candidates;
    this.backend = backend;
    this.isOwn = isOwn;
    this.restarted = restarted;
    this.modeOfNew = modeOfNew;
    this.trail = trail;
    this.audit = audit;
    this.metrics = metrics;
  }

  /**
   * Takes an order; another key may be the current one afterwards.
   *
   * @param nowMillis the clock
   */
  void take(Order order, long nowMillis) throws Exception {
    if (order.serving().isPresent()) {
      serve(order.serving().get());
    }
    ControlCommand command = order.command();
    if (order.snapshot().isPresent()) {
      goBack(command, order.snapshot().get(), nowMillis);
    } else if (command.getScope() != ControlScope.ALL) {
      toOne(command, nowMillis);
    } else if (order.serving().isEmpty()) {
      for (String key : streams.keys(backend)) {
        obey(command, key, streams.of(key), nowMillis);
      }
      modeOfNew.told(command.getAction());
    }
  }

  /** Streams come to their programs with their next batches. */
  private void serve(Serving next) throws Exception {
    Optional<Serving.Trial> trial = programs.serving().trial();
    candidates.drain();
    programs.serve(next);
    if (trial.isPresent() && !next.programs().contains(trial.get().candidate())) {
      candidates.sweep(backend);
    }
  }

  private void goBack(ControlCommand command, Order.Snapshot snapshot, long nowMillis)
      throws Exception {
    if (snapshot.key().isEmpty()) {
      for (String key : streams.keys(backend)) {
        goBack(command, key, snapshot, nowMillis);
      }
      return;
    }
    String key = snapshot.key().get();
    if (!isOwn.test(key)) {
      return;
    }
    if (streams.knows(key)) {
      goBack(command, key, snapshot, nowMillis);
    } else {
      refuseUnknown(command, key, nowMillis);
    }
  }

  private void goBack(ControlCommand command, String key, Order.Snapshot snapshot, long nowMillis)
      throws Exception {
    LiveStream stream = streams.of(key);
    if (!stream.served().fingerprint().equals(snapshot.program())) {
      String reason =
          "the snapshot %s is of program %s, the stream runs program %s; name one of that"
              .formatted(snapshot.reference(), snapshot.program(), stream.served().fingerprint());
      refuse(command, key, reason, stream.control(), nowMillis);
      return;
    }
    StreamControl before = stream.control();
    streams.replace(
        stream, stream.served().session().restore(StateDictSerializer.fromBytes(snapshot.state())));
    restarted.accept(key);
    String done = "the state is that of snapshot " + snapshot.reference();
    applied(command, key, done, stream, before, nowMillis);
  }

  private void toOne(ControlCommand command, long nowMillis) throws Exception {
    String key = command.getTarget();
    if (!isOwn.test(key)) {
      return;
    }
    if (!streams.knows(key)) {
      refuseUnknown(command, key, nowMillis);
      return;
    }
    LiveStream stream = streams.of(key);
    if (command.getAtBatch() != null && command.getAtBatch() >= stream.control().batches()) {
      stream.told(stream.control().waitingFor(command));
    } else {
      obey(command, key, stream, nowMillis);
    }
  }

  /**
   * Obeys commands that waited for the stream's next batch, and brings the stream to the program
   * that is to serve it.
   *
   * @return the stream to go on with; another key may be the current one afterwards
   */
  LiveStream beforeBatch(String key, LiveStream found, long nowMillis) throws Exception {
    LiveStream stream = found;
    StreamControl told = stream.control();
    if (!told.pending().isEmpty() && !told.due().isEmpty()) {
      stream.told(told.withoutDue());
      for (ControlCommand command : told.due()) {
        obey(command, key, stream, nowMillis);
        // It has to be the same in every run from which batch on it serves.
        programs.await(programs.choice(key, stream.control()).program());
      }
    }
    if (stream.revision() != programs.revision()) {
      Served served = programs.of(key, stream.control(), stream.served().fingerprint());
      if (served != stream.served()) {
        stream = streams.reload(key);
      }
      stream.seen(programs.revision());
    }
    return stream;
  }

  /** A stream has come from another program, because a command said so or a job file. */
  void moved(String key, LiveStream stream, long nowMillis) {
    restarted.accept(key);
    Optional<ControlCommand> because = programs.choice(key, stream.control()).because();
    if (because.isPresent()) {
      String from = stream.state().steps() == 0 ? "its initial state" : "the state that it had";
      String done = "goes on with %s, from %s".formatted(stream.served().model(), from);
      applied(because.get(), key, done, stream, stream.control(), nowMillis);
    }
  }

  private void obey(ControlCommand command, String key, LiveStream stream, long nowMillis)
      throws Exception {
    StreamControl before = stream.control();
    switch (command.getAction()) {
      case FREEZE -> {
        stream.told(before.in(Turn.Mode.FROZEN));
        String done = "answers come from the state as it is; resume to adapt again";
        applied(command, key, done, stream, before, nowMillis);
      }
      case RESUME -> {
        stream.told(before.in(Turn.Mode.ADAPT));
        applied(command, key, "adapts again", stream, before, nowMillis);
      }
      case RESET -> {
        streams.replace(stream, stream.served().session().initialState());
        restarted.accept(key);
        applied(command, key, "the state is the initial one again", stream, before, nowMillis);
      }
      case SWAP, SET -> changeProgram(stream, before.servedBy(command));
      case ROLL_BACK -> {
        changeProgram(stream, before.servedAsAll());
        applied(command, key, "is served as all others are", stream, before, nowMillis);
      }
      default -> throw new IllegalStateException("Nobody let " + command.getAction() + " pass");
    }
  }

  /** With the next batch, which tells of it. */
  private static void changeProgram(LiveStream stream, StreamControl told) {
    stream.told(told);
    stream.seen(0);
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
      AuditEvent event =
          trail.ofGuard(
              key,
              stream.control(),
              i,
              response,
              guard,
              action.reason(),
              Map.of("value", action.value(), "threshold", action.threshold()),
              nowMillis);
      event.setModelVersion(stream.served().model());
      audit.accept(event);
    }
  }

  /** A program that was checked before cannot serve in this instance. */
  void failed(String model, String problem, long nowMillis) {
    Optional<ControlCommand> command = programs.serving().changedBy();
    String reason =
        "%s cannot serve here, streams stay with what they have: %s".formatted(model, problem);
    command.ifPresent(
        found -> {
          AuditEvent event = trail.ofCommand(found, AuditStatus.FAILED, reason, nowMillis);
          event.setModelVersion(programs.current().model());
          acknowledge(event);
        });
  }

  private void refuseUnknown(ControlCommand command, String key, long nowMillis) {
    String reason =
        "'" + key + "' is unknown here: no batch of it was answered, or it was forgotten since";
    refuse(command, key, reason, StreamControl.fresh(modeOfNew.get(), 0), nowMillis);
  }

  private void refuse(
      ControlCommand command, String key, String reason, StreamControl told, long nowMillis) {
    AuditEvent event = trail.ofCommand(command, key, AuditStatus.REFUSED, reason, told, nowMillis);
    event.setModelVersion(programs.current().model());
    acknowledge(event);
  }

  private void applied(
      ControlCommand command,
      String key,
      String done,
      LiveStream stream,
      StreamControl before,
      long nowMillis) {
    String reason =
        command.getComment().isEmpty() ? done : done + " (" + command.getComment() + ")";
    AuditEvent event =
        trail.ofCommand(command, key, AuditStatus.APPLIED, reason, before, nowMillis);
    event.setModelVersion(stream.served().model());
    acknowledge(event);
  }

  private void acknowledge(AuditEvent event) {
    metrics.commanded(event.getAction(), event.getStatus().name());
    audit.accept(event);
  }
}
