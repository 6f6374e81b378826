package dev.evenkeel.jobs.quality;

import dev.evenkeel.adapters.drift.FeatureDrift;
import dev.evenkeel.adapters.drift.SampledFeatures;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.IntSerializer;

/**
 * Features of the current stream's open window. Only ever appended to, so that keeping a sample
 * costs its own size whatever the backend; the count beside it bounds it without reading it.
 */
final class FeatureState {
  private final ListState<SampledFeatures> kept;
  private final ValueState<Integer> count;

  FeatureState(RuntimeContext context) {
    kept =
        context.getListState(
            new ListStateDescriptor<>("features", SampledFeaturesSerializer.INSTANCE));
    count = context.getState(new ValueStateDescriptor<>("feature-count", IntSerializer.INSTANCE));
  }

  /** Keeps what fits: the first samples of a window, should they be more than are compared. */
  void add(SampledFeatures features) throws Exception {
    if (features.samples() == 0) {
      return;
    }
    Integer before = count.value();
    int room = FeatureDrift.MOST - (before == null ? 0 : before);
    if (room > 0) {
      SampledFeatures fitting = features.first(room);
      kept.add(fitting);
      count.update(FeatureDrift.MOST - room + fitting.samples());
    }
  }

  Iterable<SampledFeatures> all() throws Exception {
    return kept.get();
  }

  void clear() {
    kept.clear();
    count.clear();
  }
}
