package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.drift.DriftReference;
import dev.evenkeel.adapters.runtime.ProgramRuntime;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.Learned;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.StepResult;
import dev.evenkeel.jobs.batch.BatchPolicy;
import dev.evenkeel.jobs.batch.OpenBatch;
import dev.evenkeel.jobs.io.StreamSample;
import dev.evenkeel.jobs.metrics.JobMetrics;
import dev.evenkeel.jobs.metrics.MetricsOptions;
import dev.evenkeel.jobs.quality.QualityTypes;
import dev.evenkeel.jobs.quality.WatchedBatch;
import dev.evenkeel.v1.Prediction;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Gathers each stream's samples into micro-batches, answers them and lets the stream's state take
 * its step.
 *
 * <p>Streams in use are kept in native memory, the least recently used are written back to keyed
 * state. A checkpoint holds the state and the open batch of every stream with its deadline; a
 * barrier closes no batch, so restored work goes on as if nothing had happened. Open batches are
 * closed early only when the input itself ends.
 */
public final class AdaptOperator extends AbstractStreamOperator<Prediction>
    implements OneInputStreamOperator<StreamSample, Prediction>,
        Triggerable<String, VoidNamespace> {
  private static final long serialVersionUID = 1L;

  /** What a watch needs to know of each batch. */
  public static final OutputTag<WatchedBatch> WATCHED =
      new OutputTag<>("watched", QualityTypes.WATCHED_BATCH);

  /**
   * Whether a watch reads along.
   *
   * @param reference of its source, null without a profile
   * @param segmentBy attribute whose values divide a stream, null for none
   */
  public record Watching(boolean on, DriftReference reference, String segmentBy)
      implements Serializable {
    /** Nobody watches. */
    public static final Watching OFF = new Watching(false, null, null);
  }

  private final RuntimeFactory runtimes;
  private final BatchPolicy policy;
  private final double shadowShare;
  private final int maxLiveStreams;
  private final Watching watching;
  private final MetricsOptions metricsOptions;

  private transient Map<String, LiveStream> live;
  private transient boolean runtimeAcquired;
  private transient AdaptationSession session;
  private transient SampleBatch stepInput;
  private transient KeyedStore store;
  private transient InternalTimerService<VoidNamespace> timers;
  private transient JobMetrics jobMetrics;
  private transient Answers answers;
  private transient BatchNotes notes;
  private transient StreamRecord<Prediction> outgoing;
  private transient long liveBytes;

  /**
   * @param shadowShare share of batches that the source model answers too, in [0, 1]
   * @param maxLiveStreams streams kept in native memory, at least 1
   * @param watching whether batches are noted down on {@link #WATCHED}
   */
  public AdaptOperator(
      RuntimeFactory runtimes,
      BatchPolicy policy,
      double shadowShare,
      int maxLiveStreams,
      Watching watching,
      MetricsOptions metricsOptions) {
    this.runtimes = runtimes;
    this.policy = policy;
    this.shadowShare = shadowShare;
    this.maxLiveStreams = maxLiveStreams;
    this.watching = watching;
    this.metricsOptions = metricsOptions;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    live = new LinkedHashMap<>(16, 0.75f, true);
    jobMetrics = JobMetrics.open(metricsOptions);
    ProgramRuntime runtime = SharedRuntimes.acquire(runtimes);
    runtimeAcquired = true;
    session = runtime.newSession();
    stepInput = session.newBatch();
    store = new KeyedStore(context.getKeyedStateStore(), session);
    answers = new Answers(runtimes.modelVersion(), runtime.program().decision(), jobMetrics);
    notes =
        new BatchNotes(
            runtimes.modelVersion(),
            watching.reference(),
            watching.segmentBy(),
            runtime.program().initialState());
    outgoing = new StreamRecord<>(null);
    jobMetrics.serves(runtimes.modelVersion());
  }

  @Override
  public void open() throws Exception {
    super.open();
    timers = getInternalTimerService("open-batches", VoidNamespaceSerializer.INSTANCE, this);
  }

  @Override
  public void processElement(StreamRecord<StreamSample> element) throws Exception {
    StreamSample sample = element.getValue();
    LiveStream stream = stream(sample.streamId());
    if (policy.endsBefore(stream.batch, sample.eventTime())) {
      close(stream);
    }
    if (stream.batch.isEmpty()) {
      setDeadline(stream.batch);
    }
    stream.batch.add(sample);
    stream.batchChanged();
    if (policy.isFull(stream.batch)) {
      close(stream);
    }
  }

  private void setDeadline(OpenBatch batch) {
    long deadline = policy.deadline(timers.currentProcessingTime());
    batch.setDeadline(deadline);
    if (deadline != OpenBatch.NO_DEADLINE) {
      timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, deadline);
    }
  }

  @Override
  public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
    LiveStream stream = stream(timer.getKey());
    if (!stream.batch.isEmpty() && stream.batch.deadline() <= timer.getTimestamp()) {
      close(stream);
    }
  }

  @Override
  public void onEventTime(InternalTimer<String, VoidNamespace> timer) {
    throw new IllegalStateException("No event-time timer is ever set");
  }

  /** Answers the open batch of the current key. */
  private void close(LiveStream stream) {
    OpenBatch batch = stream.batch;
    if (batch.deadline() != OpenBatch.NO_DEADLINE) {
      timers.deleteProcessingTimeTimer(VoidNamespace.INSTANCE, batch.deadline());
    }
    List<StreamSample> samples = batch.samples();
    fill(samples);
    long bytesBefore = stream.state.byteSize();
    long stepsBefore = stream.state.steps();
    long start = System.nanoTime();
    StepResult result =
        session.step(stream.state, stepInput, SampleHash.share(samples.get(0)) < shadowShare);
    jobMetrics.batch(
        (double) samples.size() / policy.maxSize(), (System.nanoTime() - start) * 1e-9);
    long now = timers.currentProcessingTime();
    Answers.Labels labels =
        answers.emit(
            samples,
            result,
            stepsBefore,
            now,
            prediction -> output.collect(outgoing.replace(prediction)));
    if (watching.on()) {
      output.collect(
          WATCHED,
          new StreamRecord<>(notes.of(samples, result, labels, stream.state, stepsBefore, now)));
    }
    stream.steppedFrom(stepsBefore);
    count(result.outcome());
    Learned learned = result.learned();
    jobMetrics.learned(learned.offered(), learned.accepted(), learned.updates());
    liveBytes += stream.state.byteSize() - bytesBefore;
    batch.clear();
    stream.batchChanged();
  }

  private void fill(List<StreamSample> samples) {
    stepInput.clear();
    for (StreamSample sample : samples) {
      switch (sample.dtype()) {
        case FLOAT32 -> stepInput.addFloat32(sample.payload());
        case UINT8 -> stepInput.addUint8(sample.payload());
      }
    }
  }

  private void count(Outcome outcome) {
    if (outcome instanceof Outcome.Adapted) {
      jobMetrics.adapted();
    } else if (outcome instanceof Outcome.Skipped skipped) {
      jobMetrics.skipped(skipped.reason());
    } else if (outcome instanceof Outcome.Reset reset) {
      jobMetrics.reset(reset.reason());
    }
    jobMetrics.live(live.size(), liveBytes);
  }

  /** The stream of that key, which must be the current one. */
  private LiveStream stream(String key) throws Exception {
    LiveStream stream = live.get(key);
    if (stream == null) {
      if (live.size() >= maxLiveStreams) {
        evictEldest();
        setCurrentKey(key);
      }
      stream = store.read();
      live.put(key, stream);
      liveBytes += stream.state.byteSize();
    }
    return stream;
  }

  private void evictEldest() throws Exception {
    Map.Entry<String, LiveStream> eldest = live.entrySet().iterator().next();
    setCurrentKey(eldest.getKey());
    LiveStream stream = eldest.getValue();
    store.write(stream);
    live.remove(eldest.getKey());
    liveBytes -= stream.state.byteSize();
    stream.state.close();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    for (Map.Entry<String, LiveStream> entry : live.entrySet()) {
      setCurrentKey(entry.getKey());
      store.write(entry.getValue());
    }
  }

  /**
   * The input has ended (Flink calls this neither for a failure nor for a savepoint that the job
   * will be resumed from): nothing will fill the open batches any more.
   */
  @Override
  public void finish() throws Exception {
    KeyedStateBackend<String> backend = getKeyedStateBackend();
    TreeSet<String> open = new TreeSet<>(KeyedStore.keysWithOpenBatch(backend));
    live.forEach(
        (key, stream) -> {
          if (!stream.batch.isEmpty()) {
            open.add(key);
          }
        });
    for (String key : new ArrayList<>(open)) {
      setCurrentKey(key);
      LiveStream stream = stream(key);
      if (!stream.batch.isEmpty()) {
        close(stream);
      }
    }
    super.finish();
  }

  @Override
  public void close() throws Exception {
    if (live != null) {
      live.values().forEach(stream -> stream.state.close());
      live.clear();
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
