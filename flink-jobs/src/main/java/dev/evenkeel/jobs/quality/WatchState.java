package dev.evenkeel.jobs.quality;

import dev.evenkeel.adapters.drift.PredictionWindow;
import dev.evenkeel.adapters.drift.SegmentTable;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.MapSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.DoublePrimitiveArraySerializer;

/** What the watch remembers of the current stream; answers that wait for labels lie elsewhere. */
final class WatchState {
  private static final TypeSerializer<double[]> NUMBERS = DoublePrimitiveArraySerializer.INSTANCE;

  private final RuntimeContext context;
  private final WatchOptions options;
  final ValueState<double[]> detectors;
  final ValueState<double[]> layers;
  final ListState<DriftAlarmNote> alarms;
  final FeatureState features;
  private final ValueState<double[]> movement;
  private final ValueState<double[]> window;
  private final ValueState<double[]> live;
  private final ValueState<Map<String, double[]>> segments;
  private final ValueState<String> model;
  private final MapState<String, Long> reasons;

  WatchState(RuntimeContext context, WatchOptions options) {
    this.context = context;
    this.options = options;
    window = numbers("window");
    reasons =
        context.getMapState(
            new MapStateDescriptor<>(
                "reasons", StringSerializer.INSTANCE, LongSerializer.INSTANCE));
    model = context.getState(new ValueStateDescriptor<>("model", StringSerializer.INSTANCE));
    detectors = numbers("detectors");
    live = numbers("live-accuracy");
    layers = numbers("layers");
    movement = numbers("movement");
    alarms = context.getListState(new ListStateDescriptor<>("alarms", DriftAlarmNote.SERIALIZER));
    features = new FeatureState(context);
    segments =
        context.getState(
            new ValueStateDescriptor<>(
                "segments", new MapSerializer<>(StringSerializer.INSTANCE, NUMBERS)));
  }

  private ValueState<double[]> numbers(String name) {
    return context.getState(new ValueStateDescriptor<>(name, NUMBERS));
  }

  /** Version of the model whose answers these are; empty if that is the job file's. */
  Optional<String> model() throws Exception {
    return Optional.ofNullable(model.value());
  }

  /** Another model answers: what was seen of the former one does not count any more. */
  void begin(String other) throws Exception {
    window.clear();
    live.clear();
    alarms.clear();
    movement.clear();
    features.clear();
    reasons.clear();
    detectors.clear();
    layers.clear();
    model.update(other);
  }

  PredictionWindow window() throws Exception {
    double[] open = window.value();
    return open == null ? new PredictionWindow(options.classes()) : new PredictionWindow(open);
  }

  void keep(PredictionWindow open) throws Exception {
    window.update(open.toArray());
  }

  LiveFigures live() throws Exception {
    double[] counted = live.value();
    Map<String, double[]> divided = options.segmentBy() == null ? null : segments.value();
    return new LiveFigures(
        counted == null
            ? new LiveTally(options.classes())
            : new LiveTally(counted, options.classes()),
        options.segmentBy() == null
            ? null
            : new SegmentTable(divided == null ? Map.of() : divided));
  }

  void keep(LiveFigures figures) throws Exception {
    if (!figures.tally().isEmpty()) {
      live.update(figures.tally().toArray());
    }
    keep(figures.segments());
  }

  Movement movement() throws Exception {
    double[] seen = movement.value();
    return seen == null ? Movement.NONE : Movement.of(seen);
  }

  void keep(Movement seen) throws Exception {
    if (!seen.equals(Movement.NONE)) {
      movement.update(seen.toArray());
    }
  }

  /** A batch was not learned from, for a reason. */
  void count(String reason) throws Exception {
    Long before = reasons.get(reason);
    reasons.put(reason, before == null ? 1 : before + 1);
  }

  /** Batches of the window that were not learned from, by reason. */
  Map<String, Long> reasons() throws Exception {
    Map<String, Long> counts = new HashMap<>();
    reasons.entries().forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
    return counts;
  }

  /** Ends the window, what is known of segments goes on. */
  void endWindow(LiveFigures figures) throws Exception {
    window.clear();
    live.clear();
    alarms.clear();
    movement.clear();
    features.clear();
    reasons.clear();
    keep(figures.segments());
  }

  private void keep(SegmentTable table) throws Exception {
    if (table != null && !table.isEmpty()) {
      segments.update(table.toMap());
    }
  }

  /** Forgets the stream. */
  void clear() {
    window.clear();
    detectors.clear();
    live.clear();
    layers.clear();
    movement.clear();
    alarms.clear();
    features.clear();
    segments.clear();
    reasons.clear();
    model.clear();
  }
}
