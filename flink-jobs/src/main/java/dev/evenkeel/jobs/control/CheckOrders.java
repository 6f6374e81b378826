package dev.evenkeel.jobs.control;

import dev.evenkeel.jobs.config.StateConfig;
import dev.evenkeel.jobs.control.Serving.Trial;
import dev.evenkeel.jobs.io.ControlCommandSerializer;
import dev.evenkeel.jobs.io.StreamTypes;
import dev.evenkeel.jobs.metrics.JobMetrics;
import dev.evenkeel.jobs.metrics.MetricsOptions;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.AuditStatus;
import dev.evenkeel.v1.ControlAction;
import dev.evenkeel.v1.ControlCommand;
import dev.evenkeel.v1.ControlScope;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Checks the commands that name models, settings or snapshots, one after the other and beside the
 * stream: what cannot serve is refused here, with the reason, and no stream hears of it. Others,
 * such as freeze, do not wait for them. For one instance.
 *
 * <p>A command that waits or is being checked is in the checkpoint and is checked again after a
 * recovery.
 */
public final class CheckOrders extends AbstractStreamOperator<Order>
    implements OneInputStreamOperator<ControlCommand, Order> {
  private static final long serialVersionUID = 1L;

  public static final OutputTag<AuditEvent> AUDIT =
      new OutputTag<>("check-audit", StreamTypes.AUDIT_EVENT);

  private static final Set<ControlAction> CHECKED =
      Set.of(ControlAction.SWAP, ControlAction.SET, ControlAction.PROMOTE, ControlAction.ROLL_BACK);
  private static final long LOOK_MILLIS = 20;
  private static final ListStateDescriptor<ControlCommand> WAITING =
      new ListStateDescriptor<>("waiting-commands", new ControlCommandSerializer());
  private static final ListStateDescriptor<byte[]> SERVING =
      new ListStateDescriptor<>("serving", BytePrimitiveArraySerializer.INSTANCE);

  private final ProgramSpec own;
  private final OrderCheck check;
  private final MetricsOptions options;

  private transient ListState<ControlCommand> storedCommands;
  private transient ListState<byte[]> storedServing;
  private transient Deque<ControlCommand> waiting;
  private transient Serving serving;
  private transient CheckWorker worker;
  private transient AuditTrail trail;
  private transient JobMetrics jobMetrics;
  private transient boolean looking;

  /**
   * @param own program of the job file
   */
  public CheckOrders(ProgramSpec own, OrderCheck check, MetricsOptions options) {
    this.own = own;
    this.check = check;
    this.options = options;
  }

  /** Whether it has to be checked, and is then acknowledged, before streams hear of it. */
  static boolean checks(ControlCommand command) {
    return CHECKED.contains(command.getAction());
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    storedCommands = context.getOperatorStateStore().getListState(WAITING);
    storedServing = context.getOperatorStateStore().getListState(SERVING);
    waiting = new ArrayDeque<>();
    storedCommands.get().forEach(waiting::add);
    serving = Serving.own(own);
    for (byte[] stored : storedServing.get()) {
      serving = ServingFormat.fromBytes(stored).under(own).orElse(serving);
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    jobMetrics = JobMetrics.open(options);
    trail = new AuditTrail(own.model(), StateConfig.Scope.ALL);
    worker = new CheckWorker();
    checkNext();
  }

  @Override
  public void processElement(StreamRecord<ControlCommand> element) {
    ControlCommand command = element.getValue();
    if (checks(command)) {
      waiting.add(command);
      checkNext();
    } else {
      output.collect(new StreamRecord<>(Order.of(command)));
    }
  }

  private void checkNext() {
    if (worker.isBusy() || waiting.isEmpty()) {
      return;
    }
    ControlCommand command = waiting.peek();
    Serving before = serving;
    worker.start(() -> orders(command, before));
    lookLater();
  }

  private void lookLater() {
    if (looking) {
      return;
    }
    looking = true;
    // A failure in the timer's action fails the task; nobody waits for the future.
    var unused =
        getProcessingTimeService()
            .registerTimer(
                getProcessingTimeService().getCurrentProcessingTime() + LOOK_MILLIS,
                timestamp -> {
                  looking = false;
                  take(worker.poll());
                  if (worker.isBusy()) {
                    lookLater();
                  }
                });
  }

  private void take(Optional<CheckWorker.Done> found) {
    if (found.isEmpty()) {
      return;
    }
    CheckWorker.Done done = found.get();
    ControlCommand command = waiting.remove();
    boolean all = command.getScope() == ControlScope.ALL;
    if (done.problem().isPresent()) {
      audit(
          command,
          done.isUnreachable() ? AuditStatus.FAILED : AuditStatus.REFUSED,
          done.problem().get());
    } else if (all) {
      audit(command, AuditStatus.APPLIED, taken(command, done.orders()));
    }
    for (Order order : done.orders()) {
      serving = order.serving().orElse(serving);
      output.collect(new StreamRecord<>(order));
    }
    checkNext();
  }

  private static String taken(ControlCommand command, List<Order> orders) {
    return switch (command.getAction()) {
      case ROLL_BACK ->
          orders.get(0).snapshot().isPresent()
              ? "snapshots of " + orders.size() + " streams or groups are at hand; each tells of it"
              : "each stream goes back with its next batch, and tells of it";
      default -> "checked; each stream changes with its next batch once it is loaded, and tells";
    };
  }

  private void audit(ControlCommand command, AuditStatus status, String reason) {
    long now = getProcessingTimeService().getCurrentProcessingTime();
    AuditEvent event = trail.ofCommand(command, status, reason, now);
    event.setModelVersion(serving.now().model());
    jobMetrics.commanded(event.getAction(), status.name());
    output.collect(AUDIT, new StreamRecord<>(event));
  }

  /** What a command comes to; runs beside the stream. */
  private List<Order> orders(ControlCommand command, Serving before) throws Exception {
    return switch (command.getAction()) {
      case SWAP -> List.of(Order.serving(command, swapped(command, before)));
      case SET -> List.of(Order.serving(command, set(command, before)));
      case PROMOTE -> List.of(Order.serving(command, promoted(command, before)));
      case ROLL_BACK ->
          ControlRules.isOfModel(command)
              ? List.of(Order.serving(command, back(command, before)))
              : check.snapshots(command, serving(command, before)).stream()
                  .map(snapshot -> Order.back(command, snapshot))
                  .toList();
      default -> throw new IllegalStateException("Nothing to check in " + command.getAction());
    };
  }

  /** What serves those to whom a command is addressed. */
  private static ProgramSpec serving(ControlCommand command, Serving before) {
    return command.getScope() == ControlScope.ALL
        ? before.now()
        : before.lastFor(command.getTarget());
  }

  private Serving swapped(ControlCommand command, Serving before) throws Exception {
    ProgramSpec program = check.swapped(command.getReference(), serving(command, before));
    if (command.getScope() != ControlScope.ALL) {
      return before.except(program, command);
    }
    return TrialSettings.of(command)
        .map(asked -> before.trying(new Trial(program, asked.share(), asked.isShadow()), command))
        .orElseGet(() -> before.swapped(program, command));
  }

  private Serving set(ControlCommand command, Serving before) throws Exception {
    ProgramSpec program = serving(command, before).with(TrialSettings.toMap(command));
    check.requireServable(program);
    return command.getScope() == ControlScope.ALL
        ? before.swapped(program, command)
        : before.except(program, command);
  }

  private Serving promoted(ControlCommand command, Serving before) throws Exception {
    Serving after = before.promoted(command);
    if (command.getReference() != null) {
      String named = check.swapped(command.getReference(), before.now()).model();
      String candidate = after.now().model();
      if (!named.equals(candidate)) {
        throw new IllegalArgumentException(
            "reference is '%s', which is model %s, but the candidate is %s"
                .formatted(command.getReference(), named, candidate));
      }
    }
    return after;
  }

  private Serving back(ControlCommand command, Serving before) {
    return command.getScope() == ControlScope.ALL
        ? before.back(command)
        : before.without(command.getTarget());
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    storedCommands.update(List.copyOf(waiting));
    storedServing.update(serving.isOwn() ? List.of() : List.of(ServingFormat.toBytes(serving)));
  }

  /** The commands have ended; what was taken is still obeyed. */
  @Override
  public void finish() throws Exception {
    while (worker.isBusy()) {
      take(Optional.of(worker.await()));
    }
    super.finish();
  }

  @Override
  public void close() throws Exception {
    if (worker != null) {
      worker.close();
      worker = null;
    }
    if (jobMetrics != null) {
      jobMetrics.close();
      jobMetrics = null;
    }
    super.close();
  }
}
