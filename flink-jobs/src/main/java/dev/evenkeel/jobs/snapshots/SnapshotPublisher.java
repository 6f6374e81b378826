package dev.evenkeel.jobs.snapshots;

import dev.evenkeel.jobs.control.AuditTrail;
import dev.evenkeel.jobs.io.StreamTypes;
import dev.evenkeel.jobs.metrics.JobMetrics;
import dev.evenkeel.store.Digest;
import dev.evenkeel.store.SnapshotManifest;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.AuditStatus;
import dev.evenkeel.v1.SnapshotAnnouncement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes snapshots once their checkpoint is complete, and announces them.
 *
 * <p>Until a snapshot is published and announced it lies in the operator's state, so a recovery
 * publishes it again, which changes nothing where it was published before. Snapshots of a
 * checkpoint that fails wait for the next one that completes, since the run has passed through
 * them; if the job is restored from before, they are gone with the run that took them. So the store
 * never has a state that the job does not pass through.
 *
 * <p>Flink's own committers work on the task's thread, try a few times in a row and then fail the
 * job; here the store is written on another thread, as long as it takes.
 */
public final class SnapshotPublisher extends AbstractStreamOperator<SnapshotAnnouncement>
    implements OneInputStreamOperator<SnapshotDraft, SnapshotAnnouncement> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotPublisher.class);
  private static final long LOOK_MILLIS = 500;
  private static final Duration PATIENCE_AT_THE_END = Duration.ofSeconds(5);

  /** What the store refused, and outages of it. */
  public static final OutputTag<AuditEvent> AUDIT =
      new OutputTag<>("snapshots-audit", StreamTypes.AUDIT_EVENT);

  private static final ListStateDescriptor<SnapshotDraft> WAITING =
      new ListStateDescriptor<>("snapshots", SnapshotDraftSerializer.INSTANCE);

  private final PublishOptions options;

  private transient ListState<SnapshotDraft> state;
  private transient Deque<SnapshotDraft> waiting;
  private transient Set<SnapshotDraft> offered;
  private transient OptionalLong restored;
  private transient PublishWorker worker;
  private transient JobMetrics jobMetrics;
  private transient boolean looking;
  private transient boolean ended;
  private transient boolean outage;

  public SnapshotPublisher(PublishOptions options) {
    this.options = options;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    jobMetrics = JobMetrics.open(options.metrics());
    jobMetrics.expectSnapshots();
    state = context.getOperatorStateStore().getListState(WAITING);
    waiting = new ArrayDeque<>();
    offered = new HashSet<>();
    restored = context.getRestoredCheckpointId();
    for (SnapshotDraft draft : state.get()) {
      waiting.add(draft);
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    int instance = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    worker =
        new PublishWorker(
            options, Clock.systemUTC(), instance == 0, "evenkeel-snapshots-" + instance);
    if (restored.isPresent()) {
      // What is restored comes from a complete checkpoint.
      offer(Long.MAX_VALUE);
    }
  }

  @Override
  public void processElement(StreamRecord<SnapshotDraft> element) {
    waiting.add(element.getValue());
    if (waiting.size() > options.mostWaiting()) {
      giveUpOldest();
    }
    jobMetrics.snapshotsWaiting(waiting.size());
  }

  private void giveUpOldest() {
    Optional<SnapshotDraft> oldest =
        waiting.stream().filter(draft -> !offered.contains(draft)).findFirst();
    oldest.ifPresent(
        draft -> {
          waiting.remove(draft);
          jobMetrics.snapshot("given-up");
          audit(
              draft,
              AuditStatus.FAILED,
              "given up: more than %d snapshots wait for the model store %s"
                  .formatted(options.mostWaiting(), options.place()));
          LOG.warn(
              "More than {} snapshots wait for the model store {}; that of {} at checkpoint {} is"
                  + " given up",
              options.mostWaiting(),
              options.place(),
              draft.manifest().key().label(),
              draft.checkpoint());
        });
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    super.notifyCheckpointComplete(checkpointId);
    offer(checkpointId);
  }

  /** Hands those of complete checkpoints to the worker. */
  private void offer(long completed) {
    for (SnapshotDraft draft : waiting) {
      if (draft.checkpoint() <= completed && offered.add(draft)) {
        worker.publish(draft);
      }
    }
    lookLater();
  }

  private void lookLater() {
    if (looking || offered.isEmpty()) {
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
                  announce();
                  lookLater();
                });
  }

  private void announce() {
    if (ended) {
      // Nothing may follow the end of the input; what waits is in the state, and so in a savepoint.
      return;
    }
    for (PublishWorker.Done done = worker.poll(); done != null; done = worker.poll()) {
      switch (done.result()) {
        case PUBLISHED, REPEATED -> {
          remove(done.draft());
          outage = false;
          jobMetrics.snapshot(
              done.result() == PublishWorker.Result.PUBLISHED ? "published" : "repeated");
          output.collect(new StreamRecord<>(announcement(done.draft().manifest())));
        }
        case REFUSED -> {
          remove(done.draft());
          jobMetrics.snapshot("refused");
          audit(
              done.draft(),
              AuditStatus.REFUSED,
              "the model store %s refuses it: %s".formatted(options.place(), done.problem()));
        }
        case RETRIED -> {
          jobMetrics.snapshot("retried");
          if (!outage) {
            audit(
                done.draft(),
                AuditStatus.FAILED,
                "the model store %s cannot be reached, snapshots wait and are tried again: %s"
                    .formatted(options.place(), done.problem()));
          }
          outage = true;
        }
      }
    }
    jobMetrics.snapshotsWaiting(waiting.size());
  }

  private void audit(SnapshotDraft draft, AuditStatus status, String reason) {
    long now = getProcessingTimeService().getCurrentProcessingTime();
    output.collect(
        AUDIT, new StreamRecord<>(AuditTrail.ofSnapshot(draft.manifest(), status, reason, now)));
  }

  private void remove(SnapshotDraft draft) {
    waiting.remove(draft);
    offered.remove(draft);
  }

  private static SnapshotAnnouncement announcement(SnapshotManifest manifest) {
    return SnapshotAnnouncement.newBuilder()
        .setSnapshot(manifest.snapshot().toString())
        .setSizeBytes(manifest.sizeBytes())
        .setParent(Optional.ofNullable(manifest.parent()).map(Digest::toString).orElse(null))
        .setModelDigest(manifest.modelDigest().toString())
        .setRecipe(manifest.recipe())
        .setStreamId(manifest.streamId())
        .setGroup(manifest.group())
        .setAdaptationStep(manifest.adaptationStep())
        .setCheckpointId(manifest.checkpointId())
        .setMetrics(manifest.metrics())
        .setCreatedAt(manifest.createdAt())
        .build();
  }

  /** The input has ended: announces what is published by now. */
  @Override
  public void finish() throws Exception {
    announce();
    ended = true;
    super.finish();
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    super.prepareSnapshotPreBarrier(checkpointId);
    announce();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    List<SnapshotDraft> drafts = new ArrayList<>(waiting);
    state.update(drafts);
  }

  @Override
  public void close() throws Exception {
    if (worker != null) {
      worker.close(PATIENCE_AT_THE_END);
      worker = null;
    }
    if (jobMetrics != null) {
      jobMetrics.close();
      jobMetrics = null;
    }
    super.close();
  }
}
