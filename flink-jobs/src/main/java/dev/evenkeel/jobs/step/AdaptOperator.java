package dev.evenkeel.jobs.step;

import dev.evenkeel.jobs.batch.BatchPolicy;
import dev.evenkeel.jobs.batch.CallPolicy;
import dev.evenkeel.jobs.batch.CallQueue;
import dev.evenkeel.jobs.batch.CallQueue.Closed;
import dev.evenkeel.jobs.batch.OpenBatch;
import dev.evenkeel.jobs.control.AuditTrail;
import dev.evenkeel.jobs.control.Order;
import dev.evenkeel.jobs.io.LabelArrival;
import dev.evenkeel.jobs.io.StreamInput;
import dev.evenkeel.jobs.io.StreamSample;
import dev.evenkeel.jobs.io.StreamTypes;
import dev.evenkeel.jobs.io.TracedPrediction;
import dev.evenkeel.jobs.metrics.JobMetrics;
import dev.evenkeel.jobs.quality.QualityTypes;
import dev.evenkeel.jobs.quality.WatchedBatch;
import dev.evenkeel.jobs.snapshots.SnapshotDraft;
import dev.evenkeel.jobs.snapshots.SnapshotDraftSerializer;
import dev.evenkeel.v1.AuditEvent;
import java.util.Optional;
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
 *
 * <p>Labels may come with the samples, for guards to judge by; they are in a checkpoint too.
 */
public final class AdaptOperator extends AbstractStreamOperator<TracedPrediction>
    implements TwoInputStreamOperator<StreamInput, Order, TracedPrediction> {
  private static final long serialVersionUID = 1L;

  /** What a watch needs to know of each batch. */
  public static final OutputTag<WatchedBatch> WATCHED =
      new OutputTag<>("watched", QualityTypes.WATCHED_BATCH);

  /** What was done to adaptation, and why. */
  public static final OutputTag<AuditEvent> AUDIT =
      new OutputTag<>("audit", StreamTypes.AUDIT_EVENT);

  /** States that are to be published once the checkpoint that follows is complete. */
  public static final OutputTag<SnapshotDraft> SNAPSHOTS =
      new OutputTag<>("snapshots", SnapshotDraftSerializer.TYPE);

  private final ProgramFactory program;
  private final AdaptOptions options;

  private transient ServedPrograms programs;
  private transient CandidateStates candidates;
  private transient OpenBatches batches;
  private transient CallQueue calls;
  private transient boolean lingering;
  private transient LiveStreams streams;
  private transient Orders orders;
  private transient ExpiringStreams expiring;
  private transient Answering answering;
  private transient InternalTimerService<VoidNamespace> deadlines;
  private transient InternalTimerService<VoidNamespace> idleChecks;
  private transient JobMetrics jobMetrics;
  private transient Optional<SnapshotSchedule> snapshots;
  private transient Optional<LabelFeed> labels;

  /**
   * @param program of the job file, which serves until a command says otherwise
   */
  public AdaptOperator(ProgramFactory program, AdaptOptions options) {
    this.program = program;
    this.options = options;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    jobMetrics = JobMetrics.open(options.metrics());
    AdaptOptions.States states = options.states();
    programs = programs(context);
    programs.restore();
    BatchStore open = new BatchStore(context.getKeyedStateStore());
    open.check(
        backend(),
        this::setCurrentKey,
        programs.current().session().program().source().sampleShape());
    batches = new OpenBatches(open, this::setCurrentKey, states.maxLive());
    ModeOfNew modeOfNew = new ModeOfNew(context.getOperatorStateStore());
    candidates =
        new CandidateStates(context.getKeyedStateStore(), this::setCurrentKey, states.maxLive());
    StateStore store =
        new StateStore(
            context.getKeyedStateStore(), programs, candidates, states.restartOthers(), modeOfNew);
    store.check(backend(), this::setCurrentKey);
    streams =
        new LiveStreams(
            store,
            this::setCurrentKey,
            states.maxLive(),
            (key, stream) -> orders.moved(key, stream, now()));
    snapshots =
        options.snapshots().areOn()
            ? Optional.of(
                new SnapshotSchedule(
                    options.snapshots(), context.getKeyedStateStore(), this::setCurrentKey))
            : Optional.empty();
    labels =
        options.labels()
            ? Optional.of(
                new LabelFeed(context.getKeyedStateStore(), this::setCurrentKey, states.maxLive()))
            : Optional.empty();
    orders =
        new Orders(
            programs,
            streams,
            candidates,
            backend(),
            this::isOwn,
            this::forgetPast,
            modeOfNew,
            new AuditTrail(program.modelVersion(), options.scope()),
            event -> output.collect(AUDIT, new StreamRecord<>(event)),
            jobMetrics);
    calls = new CallQueue(callPolicy(states));
    expiring =
        new ExpiringStreams(
            new StreamExpiry(policy().eventTime(), states.idleMillis(), states.most()),
            streams,
            key -> batches.isOpen(key) || calls.holds(key),
            new IdleChecks(),
            this::forget,
            jobMetrics);
    expiring.restore(backend());
    answering =
        new Answering(
            programs,
            streams,
            orders,
            expiring,
            new LagBudget(options.maxLagMillis()),
            snapshots,
            labels,
            new ShadowTrial(programs, candidates, jobMetrics),
            options.shadowShare(),
            this::now,
            jobMetrics);
  }

  private ServedPrograms programs(StateInitializationContext context) throws Exception {
    ServingState serving =
        new ServingState(
            context.getOperatorStateStore(), program.spec(), options.states().restartOthers());
    return new ServedPrograms(
        serving,
        () -> program.compile().fingerprint(),
        new ProgramLoader(program, Optional.ofNullable(options.models()), policy().maxSize()),
        new Furnishing(program, options, jobMetrics, output)::served,
        (failed, problem) -> orders.failed(failed.model(), problem, now()));
  }

  /** All streams of a call are in memory at the same time. */
  private CallPolicy callPolicy(AdaptOptions.States states) {
    CallPolicy policy = options.calls();
    return new CallPolicy(
        policy.maxSamples(),
        Math.min(policy.maxStreams(), states.maxLive()),
        policy.lingerMillis());
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
  public void processElement1(StreamRecord<StreamInput> element) throws Exception {
    String key = (String) getCurrentKey();
    if (element.getValue() instanceof StreamSample sample) {
      take(key, sample);
    } else if (element.getValue() instanceof LabelArrival label && labels.isPresent()) {
      labels.get().label(key, label);
    }
  }

  private void take(String key, StreamSample sample) throws Exception {
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
  public void processElement2(StreamRecord<Order> element) throws Exception {
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
    answering.answer(calls.take());
  }

  /** What comes of a stream does not descend from its snapshots and its answers any more. */
  private void forgetPast(String key) {
    snapshots.ifPresent(schedule -> schedule.forget(key));
    labels.ifPresent(feed -> feed.forget(key));
  }

  /** A stream is forgotten, or starts anew. */
  private void forget(String key) {
    forgetPast(key);
    candidates.forget(key);
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
    candidates.write();
    if (labels.isPresent()) {
      labels.get().write();
    }
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
    if (candidates != null) {
      candidates.close();
    }
    if (programs != null) {
      programs.close();
      programs = null;
    }
    if (jobMetrics != null) {
      jobMetrics.close();
      jobMetrics = null;
    }
    super.close();
  }
}
