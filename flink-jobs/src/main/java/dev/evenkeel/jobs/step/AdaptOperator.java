package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.runtime.ProgramRuntime;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.StepResult;
import dev.evenkeel.adapters.tta.Turn;
import dev.evenkeel.jobs.batch.BatchPolicy;
import dev.evenkeel.jobs.batch.CallPolicy;
import dev.evenkeel.jobs.batch.CallQueue;
import dev.evenkeel.jobs.batch.CallQueue.Closed;
import dev.evenkeel.jobs.batch.OpenBatch;
import dev.evenkeel.jobs.control.AuditTrail;
import dev.evenkeel.jobs.io.StreamSample;
import dev.evenkeel.jobs.io.StreamTypes;
import dev.evenkeel.jobs.metrics.JobMetrics;
import dev.evenkeel.jobs.quality.QualityTypes;
import dev.evenkeel.jobs.quality.WatchedBatch;
import dev.evenkeel.jobs.snapshots.SnapshotDraft;
import dev.evenkeel.jobs.snapshots.SnapshotDraftSerializer;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.ControlAction;
import dev.evenkeel.v1.ControlCommand;
import dev.evenkeel.v1.Prediction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Gathers the samples under each key into micro-batches, answers them and lets the key's adaptation
 * state take its step. Batches of several keys that close at about the same time share a call.
 *
 * <p>States and open batches in use are kept in memory, the least recently used in keyed state. A
 * checkpoint holds the state and the open batch of every key with its deadline; a barrier closes no
 * batch, so restored work goes on as if nothing had happened. It does end the wait of closed
 * batches for others to share their call, which changes no answer. Open batches are closed early
 * only when the input itself ends.
 */
public final class AdaptOperator extends AbstractStreamOperator<Prediction>
    implements TwoInputStreamOperator<StreamSample, ControlCommand, Prediction> {
  private static final long serialVersionUID = 1L;

  /** What a watch needs to know of each batch. */
  public static final OutputTag<WatchedBatch> WATCHED =
      new OutputTag<>("watched", QualityTypes.WATCHED_BATCH);

  /** What was done to adaptation, and why. */
  public static final OutputTag<AuditEvent> AUDIT =
      new OutputTag<>("audit", StreamTypes.AUDIT_EVENT);

  /** What commands may ask of it. */
  public static final Set<ControlAction> POSSIBLE =
      Set.of(ControlAction.FREEZE, ControlAction.RESUME, ControlAction.RESET);

  /** States that are to be published once the checkpoint that follows is complete. */
  public static final OutputTag<SnapshotDraft> SNAPSHOTS =
      new OutputTag<>("snapshots", SnapshotDraftSerializer.TYPE);

  private final RuntimeFactory runtimes;
  private final AdaptOptions options;

  private transient boolean runtimeAcquired;
  private transient AdaptationSession session;
  private transient SampleBatch callInput;
  private transient OpenBatches batches;
  private transient CallQueue calls;
  private transient boolean lingering;
  private transient LiveStreams streams;
  private transient Orders orders;
  private transient ExpiringStreams expiring;
  private transient LagBudget budget;
  private transient InternalTimerService<VoidNamespace> deadlines;
  private transient InternalTimerService<VoidNamespace> idleChecks;
  private transient JobMetrics jobMetrics;
  private transient Emitter emitter;
  private transient Optional<SnapshotSchedule> snapshots;

  public AdaptOperator(RuntimeFactory runtimes, AdaptOptions options) {
    this.runtimes = runtimes;
    this.options = options;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    jobMetrics = JobMetrics.open(options.metrics());
    ProgramRuntime runtime = SharedRuntimes.acquire(runtimes);
    runtimeAcquired = true;
    session = runtime.newSession();
    callInput = session.newBatch();
    AdaptOptions.States states = options.states();
    BatchStore open = new BatchStore(context.getKeyedStateStore());
    open.check(backend(), this::setCurrentKey, runtime.program().source().sampleShape());
    batches = new OpenBatches(open, this::setCurrentKey, states.maxLive());
    ModeOfNew modeOfNew = new ModeOfNew(context.getOperatorStateStore());
    StateStore store =
        new StateStore(
            context.getKeyedStateStore(),
            session,
            states.start(),
            states.restartOthers(),
            modeOfNew);
    store.check(backend(), this::setCurrentKey);
    streams = new LiveStreams(store, this::setCurrentKey, states.maxLive());
    orders =
        new Orders(
            session,
            streams,
            backend(),
            this::isOwn,
            this::forgetSnapshots,
            modeOfNew,
            new AuditTrail(runtimes.modelVersion(), options.scope()),
            event -> output.collect(AUDIT, new StreamRecord<>(event)),
            jobMetrics);
    // All streams of a call are in memory at the same time.
    CallPolicy policy = options.calls();
    calls =
        new CallQueue(
            new CallPolicy(
                policy.maxSamples(),
                Math.min(policy.maxStreams(), states.maxLive()),
                policy.lingerMillis()));
    expiring =
        new ExpiringStreams(
            new StreamExpiry(policy().eventTime(), states.idleMillis(), states.most()),
            streams,
            key -> batches.isOpen(key) || calls.holds(key),
            new IdleChecks(),
            this::forgetSnapshots,
            jobMetrics);
    expiring.restore(backend());
    budget = new LagBudget(options.maxLagMillis());
    AdaptOptions.Watching watching = options.watching();
    emitter =
        new Emitter(
            new Answers(runtimes.modelVersion(), runtime.program().decision(), jobMetrics),
            watching.on()
                ? Optional.of(
                    new BatchNotes(
                        runtimes.modelVersion(),
                        watching,
                        options.shadowShare(),
                        runtime.program().initialState()))
                : Optional.empty(),
            jobMetrics,
            policy().maxSize(),
            output);
    snapshots =
        options.snapshots().areOn()
            ? Optional.of(
                new SnapshotSchedule(
                    options.snapshots(),
                    runtime.program(),
                    context.getKeyedStateStore(),
                    this::setCurrentKey))
            : Optional.empty();
    jobMetrics.serves(runtimes.modelVersion());
  }

  @Override
  public void open() throws Exception {
    super.open();
    deadlines = timers("open-batches", this::deadlineReached);
    idleChecks = timers("idle-streams", expiring::check);
  }

  private InternalTimerService<VoidNamespace> timers(String name, OnTimer action) {
    return getInternalTimerService(
        name,
        VoidNamespaceSerializer.INSTANCE,
        new Triggerable<String, VoidNamespace>() {
          @Override
          public void onProcessingTime(InternalTimer<String, VoidNamespace> timer)
              throws Exception {
            action.fired(timer.getKey(), timer.getTimestamp());
          }

          @Override
          public void onEventTime(InternalTimer<String, VoidNamespace> timer) {
            throw new IllegalStateException("No event-time timer is ever set");
          }
        });
  }

  /** What a timer of the current key does. */
  private interface OnTimer {
    void fired(String key, long timestamp) throws Exception;
  }

  private BatchPolicy policy() {
    return options.batches();
  }

  private KeyedStateBackend<String> backend() {
    return getKeyedStateBackend();
  }

  /** Whether the samples of a key come to this instance. */
  private boolean isOwn(String key) {
    TaskInfo task = getRuntimeContext().getTaskInfo();
    return KeyGroupRangeAssignment.assignKeyToParallelOperator(
            key, task.getMaxNumberOfParallelSubtasks(), task.getNumberOfParallelSubtasks())
        == task.getIndexOfThisSubtask();
  }

  private long now() {
    return getProcessingTimeService().getCurrentProcessingTime();
  }

  @Override
  public void processElement1(StreamRecord<StreamSample> element) throws Exception {
    StreamSample sample = element.getValue();
    String key = (String) getCurrentKey();
    OpenBatch batch = batches.of(key);
    if (policy().endsBefore(batch, sample.eventTime())) {
      close(key, batch);
    }
    if (batch.isEmpty()) {
      setDeadline(batch);
    }
    batch.add(sample);
    if (policy().isFull(batch)) {
      close(key, batch);
    }
  }

  /** Batches that were closed before the command came are answered before it is obeyed. */
  @Override
  public void processElement2(StreamRecord<ControlCommand> element) throws Exception {
    answer();
    orders.take(element.getValue(), now());
  }

  private void setDeadline(OpenBatch batch) {
    long deadline = policy().deadline(now());
    batch.setDeadline(deadline);
    if (deadline != OpenBatch.NO_DEADLINE) {
      deadlines.registerProcessingTimeTimer(VoidNamespace.INSTANCE, deadline);
    }
  }

  private void deadlineReached(String key, long timestamp) throws Exception {
    OpenBatch batch = batches.of(key);
    if (!batch.isEmpty() && batch.deadline() <= timestamp) {
      close(key, batch);
    }
  }

  /** Closes the batch of the current key, which it remains. */
  private void close(String key, OpenBatch batch) throws Exception {
    if (batch.deadline() != OpenBatch.NO_DEADLINE) {
      deadlines.deleteProcessingTimeTimer(VoidNamespace.INSTANCE, batch.deadline());
    }
    Closed closed = new Closed(key, batch.close());
    if (!calls.fits(closed)) {
      answer();
    }
    calls.add(closed);
    if (calls.isDue()) {
      answer();
    } else if (!lingering) {
      lingering = true;
      // A failure in the timer's action fails the task; nobody waits for the future.
      var unused =
          getProcessingTimeService()
              .registerTimer(
                  now() + options.calls().lingerMillis(),
                  timestamp -> {
                    lingering = false;
                    answer();
                  });
    }
    setCurrentKey(key);
  }

  /** Answers the closed batches in one call; another key may be the current one afterwards. */
  private void answer() throws Exception {
    if (calls.isEmpty()) {
      return;
    }
    List<Closed> call = calls.take();
    Optional<String> heldBack = budget.holdsBack(call, now());
    List<LiveStream> stepping = new ArrayList<>(call.size());
    List<Turn> turns = new ArrayList<>(call.size());
    int[] turnOfSample = new int[call.stream().mapToInt(batch -> batch.samples().size()).sum()];
    callInput.clear();
    for (Closed batch : call) {
      LiveStream stream = streams.of(batch.key());
      StreamSample first = batch.samples().get(0);
      expiring.beforeBatch(batch.key(), stream, first.eventTime());
      orders.beforeBatch(batch.key(), stream, now());
      for (StreamSample sample : batch.samples()) {
        turnOfSample[callInput.size()] = turns.size();
        add(sample);
      }
      boolean shadow = SampleHash.share(first) < options.shadowShare();
      turns.add(
          new Turn(
              stream.state(),
              shadow,
              heldBack,
              stream.control().mode(),
              emitter.signals(batch.samples(), stream.state())));
      stepping.add(stream);
    }
    List<Emitter.Before> before =
        stepping.stream().map(stream -> emitter.before(stream.state())).toList();
    long start = System.nanoTime();
    StepResult result = session.step(turns, turnOfSample, callInput);
    jobMetrics.call(call.size(), (System.nanoTime() - start) * 1e-9);
    int row = 0;
    for (int s = 0; s < call.size(); s++) {
      Closed batch = call.get(s);
      LiveStream stream = stepping.get(s);
      StreamRows rows = StreamRows.of(result, s, row, batch.samples().size());
      emitter.emit(batch.samples(), rows, stream.state(), before.get(s), now());
      orders.guarded(batch.key(), stream, rows.step().guardActions(), now());
      stream.told(stream.control().answered(stream.state().steps()));
      if (snapshots.isPresent() && stream.state().steps() != before.get(s).steps()) {
        if (rows.step().outcome() instanceof Outcome.Reset) {
          forgetSnapshots(batch.key());
        }
        snapshots.get().stepped(batch.key(), rows, now());
      }
      streams.resized(before.get(s).bytes(), stream.state().byteSize());
      expiring.answered(batch.key(), stream, now(), batch.lastEventTime());
      row += batch.samples().size();
    }
    expiring.forgetSurplus();
    jobMetrics.live(streams.size(), streams.bytes());
  }

  private void add(StreamSample sample) {
    switch (sample.dtype()) {
      case FLOAT32 -> callInput.addFloat32(sample.payload());
      case UINT8 -> callInput.addUint8(sample.payload());
    }
  }

  /** What comes of a stream does not descend from its snapshots any more. */
  private void forgetSnapshots(String key) {
    snapshots.ifPresent(schedule -> schedule.forget(key));
  }

  /** Flink's timers, which belong to the current key. */
  private final class IdleChecks implements ExpiringStreams.Checks {
    @Override
    public void set(String key, long at) {
      setCurrentKey(key);
      idleChecks.registerProcessingTimeTimer(VoidNamespace.INSTANCE, at);
    }

    @Override
    public void delete(String key, long at) {
      setCurrentKey(key);
      idleChecks.deleteProcessingTimeTimer(VoidNamespace.INSTANCE, at);
    }
  }

  /**
   * What waits for its call is answered before the barrier, so that it is in no checkpoint. The
   * states are then those of the checkpoint, and so are the snapshots.
   */
  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    super.prepareSnapshotPreBarrier(checkpointId);
    answer();
    if (snapshots.isPresent()) {
      snapshots
          .get()
          .beforeBarrier(
              checkpointId,
              now(),
              streams,
              draft -> output.collect(SNAPSHOTS, new StreamRecord<>(draft)));
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    if (!calls.isEmpty()) {
      throw new IllegalStateException("Closed batches wait at a barrier, and would be lost");
    }
    streams.write();
    batches.write();
  }

  /**
   * The input has ended (Flink calls this neither for a failure nor for a savepoint that the job
   * will be resumed from): nothing will fill the open batches any more.
   */
  @Override
  public void finish() throws Exception {
    for (String key : batches.openKeys(backend())) {
      setCurrentKey(key);
      close(key, batches.of(key));
    }
    answer();
    super.finish();
  }

  @Override
  public void close() throws Exception {
    if (streams != null) {
      streams.close();
    }
    if (session != null) {
      session.close();
      session = null;
    }
    if (runtimeAcquired) {
      SharedRuntimes.release(runtimes);
      runtimeAcquired = false;
    }
    if (jobMetrics != null) {
      jobMetrics.close();
      jobMetrics = null;
    }
    super.close();
  }
}
