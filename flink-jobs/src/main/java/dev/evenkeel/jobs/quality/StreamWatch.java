package dev.evenkeel.jobs.quality;

import dev.evenkeel.adapters.drift.Answered;
import dev.evenkeel.adapters.drift.ChangeDetectors;
import dev.evenkeel.adapters.drift.ClassGuard;
import dev.evenkeel.adapters.drift.FeatureDrift;
import dev.evenkeel.adapters.drift.PredictionWindow;
import dev.evenkeel.adapters.drift.SegmentTable;
import dev.evenkeel.adapters.drift.ShiftAlarm;
import dev.evenkeel.adapters.drift.ShiftWatch;
import dev.evenkeel.adapters.labelshift.estimator.Vote;
import dev.evenkeel.adapters.profile.SourceProfile;
import dev.evenkeel.adapters.tta.ProtectedClasses;
import dev.evenkeel.jobs.io.LabelArrival;
import dev.evenkeel.jobs.metrics.JobMetrics;
import dev.evenkeel.v1.DriftAlarm;
import dev.evenkeel.v1.DriftReport;
import dev.evenkeel.v1.SegmentAlarm;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Watches each stream: gathers its answers into windows, looks for shifts, joins labels that come
 * later, and reports at the end of every window. Everything open is keyed state, so a restored job
 * goes on in the middle of it. A stream without answers for long is forgotten.
 */
public final class StreamWatch
    extends KeyedCoProcessFunction<String, WatchedBatch, LabelArrival, DriftReport> {
  private static final long serialVersionUID = 1L;

  /** What the recipe's own guard found: so many blocks in a row. */
  private static final ShiftAlarm LOST_CLASS =
      new ShiftAlarm(
          "class-guard",
          "protected-class",
          ShiftAlarm.Event.CLASS_LOSS,
          ClassGuard.BLOCKS,
          ClassGuard.BLOCKS);

  /** Beyond, the singular values take seconds. */
  private static final int CLASSES_TO_CONDITION = 256;

  private final WatchOptions options;
  private transient SourceProfile profile;
  private transient JobMetrics metrics;
  private transient ShiftWatch shifts;
  private transient ShiftWatch bareShifts;
  private transient Optional<FeatureDrift> features;
  private transient LabelJoin labels;
  private transient long runningSince;
  private transient WatchState state;
  private transient IdleTimer idle;
  private transient ValueState<Long> sweepAt;

  public StreamWatch(WatchOptions options) {
    this.options = options;
  }

  @Override
  public void open(OpenContext context) {
    metrics = JobMetrics.open(options.metrics());
    profile = options.reference() == null ? null : options.reference().profile();
    if (profile != null && profile.classes() <= CLASSES_TO_CONDITION) {
      metrics.conditioned(profile.confusion(Vote.SOFT).conditionNumber());
    }
    features = Optional.ofNullable(profile).flatMap(FeatureDrift::of);
    shifts =
        new ShiftWatch(
            Optional.ofNullable(profile).map(SourceProfile::moments),
            ChangeDetectors.named(options.detector()),
            options.classes());
    bareShifts =
        new ShiftWatch(
            Optional.empty(), ChangeDetectors.named(options.detector()), options.classes());
    labels = new LabelJoin(getRuntimeContext(), options.labelDelayMillis(), metrics);
    state = new WatchState(getRuntimeContext(), options);
    idle = new IdleTimer(getRuntimeContext(), options.idleMillis());
    sweepAt =
        getRuntimeContext()
            .getState(new ValueStateDescriptor<>("next-sweep", LongSerializer.INSTANCE));
    runningSince = -1;
  }

  @Override
  public void processElement1(WatchedBatch watched, Context context, Collector<DriftReport> out)
      throws Exception {
    PredictionWindow.Batch batch = watched.batch();
    long now = context.timerService().currentProcessingTime();
    followModel(watched, now, out);
    boolean known = isKnown(watched.modelVersion());
    PredictionWindow open = state.window();
    open.add(batch, known ? options.reference() : null);
    if (batch.source() != null) {
      look(watched);
    }
    if (batch.fate() == PredictionWindow.Fate.RESET
        && watched.reason().equals(ProtectedClasses.ALARM)) {
      raise(LOST_CLASS, batch.step());
    }
    if (!watched.reason().isEmpty()) {
      state.count(batch.fate().name().toLowerCase(Locale.ROOT) + " " + watched.reason());
    }
    if (watched.layers().length > 0) {
      state.layers.update(watched.layers());
    }
    if (features.isPresent()) {
      state.features.add(watched.features());
    }
    Movement movement = state.movement().with(watched.movement());
    LiveFigures live = state.live();
    if (live.segments() != null) {
      double threshold = known && profile != null ? profile.confidenceThreshold() : Double.NaN;
      live.segments().add(watched.segments(), batch, threshold);
    }
    remember(watched, live);
    sweepLater(context);
    idle.answered(context.timerService());
    if (open.samples() < options.window()) {
      state.keep(open);
      state.keep(live);
      state.keep(movement);
      return;
    }
    report(watched, watched.modelVersion(), open, live, movement, now, out);
    state.endWindow(live);
  }

  /** Whether the reference is of that model. */
  private boolean isKnown(String model) {
    return model.equals(options.model());
  }

  /** Ends the window of a model that answers no more. */
  private void followModel(WatchedBatch watched, long now, Collector<DriftReport> out)
      throws Exception {
    String former = state.model().orElse(options.model());
    if (former.equals(watched.modelVersion())) {
      return;
    }
    PredictionWindow open = state.window();
    if (open.samples() > 0) {
      report(watched, former, open, state.live(), state.movement(), now, out);
    }
    state.begin(watched.modelVersion());
  }

  private void report(
      WatchedBatch last,
      String model,
      PredictionWindow window,
      LiveFigures live,
      Movement movement,
      long now,
      Collector<DriftReport> out)
      throws Exception {
    DriftReport report =
        new DriftReports(
                isKnown(model) ? options.reference() : null,
                options.metrics().recipe(),
                options.segmentBy())
            .of(last, window, live, movement, state.layers.value(), state.alarms.get(), now);
    report.setModelVersion(model);
    report.setUnlearnedBatches(state.reasons());
    if (features.isPresent() && isKnown(model)) {
      FeatureReports.tell(features.get().of(state.features.all()), report);
    }
    for (SegmentAlarm raised : report.getSegmentAlarms()) {
      DriftAlarm alarm = raised.getAlarm();
      metrics.alarm(alarm.getDetector(), alarm.getSignal(), alarm.getEvent());
    }
    metrics.reported(report);
    List<Double> estimated = report.getEstimatedLabelDistribution();
    if (profile != null && isKnown(model) && !estimated.isEmpty()) {
      metrics.labelsShifted(profile.labelShift(estimated));
    }
    out.collect(report);
  }

  private void look(WatchedBatch watched) throws Exception {
    PredictionWindow.Batch batch = watched.batch();
    double[] before = state.detectors.value();
    boolean known = isKnown(watched.modelVersion());
    ShiftWatch fitting = known ? shifts : bareShifts;
    ShiftWatch.Watched seen =
        fitting.next(
            before == null ? fitting.start() : before,
            batch.emitted().samples(),
            batch.emitted().probabilitySum(),
            batch.source().probabilitySum(),
            known && profile != null ? watched.sourceMoments() : null);
    state.detectors.update(seen.state());
    for (ShiftAlarm alarm : seen.alarms()) {
      raise(alarm, batch.step());
    }
  }

  private void raise(ShiftAlarm alarm, long step) throws Exception {
    state.alarms.add(new DriftAlarmNote(alarm, step));
    metrics.alarm(alarm.detector(), alarm.signal(), alarm.event().label());
  }

  private void remember(WatchedBatch watched, LiveFigures live) throws Exception {
    Answered emitted = watched.batch().emitted();
    Answered source = watched.batch().source();
    List<String> segments = watched.segments();
    for (int i = 0; options.labelDelayMillis() > 0 && i < emitted.samples(); i++) {
      Answer answer =
          new Answer(
              emitted.labels()[i],
              source == null ? -1 : source.labels()[i],
              emitted.confidences()[i],
              watched.producedAt(),
              false,
              segments.isEmpty() ? 0 : SegmentTable.key(segments.get(i)));
      labels.answer(watched.sampleIds().get(i), answer, live);
    }
  }

  @Override
  public void processElement2(LabelArrival label, Context context, Collector<DriftReport> out)
      throws Exception {
    LiveFigures live = state.live();
    labels.label(label, live);
    state.keep(live);
    sweepLater(context);
    idle.watch(context.timerService());
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<DriftReport> out)
      throws Exception {
    long now = context.timerService().currentProcessingTime();
    if (idle.isOver(context.timerService(), timestamp, runningSince(now))) {
      state.clear();
    }
    Long sweep = sweepAt.value();
    if (sweep != null && sweep <= timestamp) {
      sweep(now, context);
    }
  }

  private void sweep(long now, Context context) throws Exception {
    sweepAt.clear();
    LiveFigures live = state.live();
    if (labels.forget(now, runningSince(now), live)) {
      sweepLater(context);
    }
    state.keep(live);
    if (!live.tally().isEmpty()) {
      idle.watch(context.timerService());
    }
  }

  private void sweepLater(Context context) throws Exception {
    long now = context.timerService().currentProcessingTime();
    runningSince(now);
    if (options.labelDelayMillis() > 0 && sweepAt.value() == null) {
      long at = now + Math.max(options.labelDelayMillis() / 4, 1000);
      sweepAt.update(at);
      context.timerService().registerProcessingTimeTimer(at);
    }
  }

  /** The time of the first event of this run, near enough to its start. */
  private long runningSince(long now) {
    runningSince = runningSince < 0 ? now : runningSince;
    return runningSince;
  }

  @Override
  public void close() {
    if (metrics != null) {
      metrics.close();
    }
  }
}
