package dev.evenkeel.jobs.quality;

import dev.evenkeel.adapters.drift.Answered;
import dev.evenkeel.adapters.drift.ChangeDetectors;
import dev.evenkeel.adapters.drift.PredictionWindow;
import dev.evenkeel.adapters.drift.ShiftAlarm;
import dev.evenkeel.adapters.drift.ShiftWatch;
import dev.evenkeel.adapters.profile.SourceProfile;
import dev.evenkeel.jobs.io.LabelArrival;
import dev.evenkeel.jobs.metrics.JobMetrics;
import dev.evenkeel.v1.DriftReport;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.array.DoublePrimitiveArraySerializer;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Watches each stream: gathers its answers into windows, looks for shifts, joins labels that come
 * later, and reports at the end of every window. Everything open is keyed state, so a restored job
 * goes on in the middle of it.
 */
public final class StreamWatch
    extends KeyedCoProcessFunction<String, WatchedBatch, LabelArrival, DriftReport> {
  private static final long serialVersionUID = 1L;

  private final WatchOptions options;
  private transient SourceProfile profile;
  private transient JobMetrics metrics;
  private transient ShiftWatch shifts;
  private transient LabelJoin labels;
  private transient long runningSince;
  private transient ValueState<double[]> window;
  private transient ValueState<double[]> detectors;
  private transient ValueState<double[]> live;
  private transient ValueState<double[]> layers;
  private transient ListState<DriftAlarmNote> alarms;
  private transient ValueState<Long> sweepAt;

  public StreamWatch(WatchOptions options) {
    this.options = options;
  }

  @Override
  public void open(OpenContext context) {
    metrics = JobMetrics.open(options.metrics());
    profile = options.reference() == null ? null : options.reference().profile();
    shifts =
        new ShiftWatch(
            Optional.ofNullable(profile).map(SourceProfile::moments),
            ChangeDetectors.named(options.detector()),
            options.classes());
    labels = new LabelJoin(getRuntimeContext(), options.labelDelayMillis(), metrics);
    window = numbers("window");
    detectors = numbers("detectors");
    live = numbers("live-accuracy");
    layers = numbers("layers");
    alarms =
        getRuntimeContext()
            .getListState(new ListStateDescriptor<>("alarms", DriftAlarmNote.SERIALIZER));
    sweepAt =
        getRuntimeContext()
            .getState(new ValueStateDescriptor<>("next-sweep", LongSerializer.INSTANCE));
    runningSince = -1;
  }

  private ValueState<double[]> numbers(String name) {
    return getRuntimeContext()
        .getState(new ValueStateDescriptor<>(name, DoublePrimitiveArraySerializer.INSTANCE));
  }

  @Override
  public void processElement1(WatchedBatch watched, Context context, Collector<DriftReport> out)
      throws Exception {
    PredictionWindow.Batch batch = watched.batch();
    double[] before = window.value();
    PredictionWindow open =
        before == null ? new PredictionWindow(options.classes()) : new PredictionWindow(before);
    open.add(batch, options.reference());
    if (batch.source() != null) {
      look(watched);
    }
    if (watched.layers().length > 0) {
      layers.update(watched.layers());
    }
    LiveTally tally = tally();
    remember(watched, tally);
    sweepLater(context);
    if (open.samples() < options.window()) {
      window.update(open.toArray());
      keep(tally);
      return;
    }
    DriftReport report =
        DriftReports.of(
            watched,
            open,
            options.reference(),
            options.metrics().recipe(),
            tally,
            layers.value(),
            alarms.get(),
            context.timerService().currentProcessingTime());
    metrics.reported(report);
    out.collect(report);
    window.clear();
    live.clear();
    alarms.clear();
  }

  private void look(WatchedBatch watched) throws Exception {
    PredictionWindow.Batch batch = watched.batch();
    double[] state = detectors.value();
    ShiftWatch.Watched seen =
        shifts.next(
            state == null ? shifts.start() : state,
            batch.emitted().samples(),
            batch.emitted().probabilitySum(),
            batch.source().probabilitySum(),
            profile == null ? null : watched.sourceMoments());
    detectors.update(seen.state());
    for (ShiftAlarm alarm : seen.alarms()) {
      alarms.add(new DriftAlarmNote(alarm, batch.step()));
      metrics.alarm(alarm.detector(), alarm.signal(), alarm.event().label());
    }
  }

  private void remember(WatchedBatch watched, LiveTally tally) throws Exception {
    Answered emitted = watched.batch().emitted();
    Answered source = watched.batch().source();
    for (int i = 0; options.labelDelayMillis() > 0 && i < emitted.samples(); i++) {
      Answer answer =
          new Answer(
              emitted.labels()[i],
              source == null ? -1 : source.labels()[i],
              emitted.confidences()[i],
              watched.producedAt(),
              false);
      labels.answer(watched.sampleIds().get(i), answer, tally);
    }
  }

  @Override
  public void processElement2(LabelArrival label, Context context, Collector<DriftReport> out)
      throws Exception {
    LiveTally tally = tally();
    labels.label(label, tally);
    keep(tally);
    sweepLater(context);
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<DriftReport> out)
      throws Exception {
    sweepAt.clear();
    LiveTally tally = tally();
    long now = context.timerService().currentProcessingTime();
    if (labels.forget(now, runningSince(now), tally)) {
      sweepLater(context);
    }
    keep(tally);
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

  private LiveTally tally() throws Exception {
    double[] counted = live.value();
    return counted == null ? new LiveTally(options.classes()) : new LiveTally(counted);
  }

  private void keep(LiveTally tally) throws Exception {
    if (!tally.isEmpty()) {
      live.update(tally.toArray());
    }
  }

  @Override
  public void close() {
    if (metrics != null) {
      metrics.close();
    }
  }
}
