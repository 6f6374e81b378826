package dev.evenkeel.jobs.quality;

import dev.evenkeel.adapters.drift.DriftReference;
import dev.evenkeel.adapters.drift.PredictionWindow;
import dev.evenkeel.adapters.drift.PredictionWindow.Answer;
import dev.evenkeel.adapters.drift.PredictionWindow.Fate;
import dev.evenkeel.jobs.io.StreamTypes;
import dev.evenkeel.v1.DriftReport;
import dev.evenkeel.v1.Prediction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Reports on each stream after a number of its answers. The open window is keyed state, so a
 * restored job goes on in the middle of it.
 */
public final class DriftWindows extends KeyedProcessFunction<String, Prediction, DriftReport> {
  private static final long serialVersionUID = 1L;

  private final int size;
  private final DriftReference reference;
  private final String recipe;
  private transient ValueState<PredictionWindow> open;

  /**
   * A watch.
   *
   * @param size answers in a window, at least 1
   * @param reference what windows are compared with; null for nothing
   * @param recipe as reports name it
   */
  public DriftWindows(int size, DriftReference reference, String recipe) {
    this.size = size;
    this.reference = reference;
    this.recipe = recipe;
  }

  @Override
  public void open(OpenContext context) {
    open =
        getRuntimeContext()
            .getState(new ValueStateDescriptor<>("open-window", StreamTypes.PREDICTION_WINDOW));
  }

  @Override
  public void processElement(Prediction prediction, Context context, Collector<DriftReport> out)
      throws Exception {
    PredictionWindow window = open.value();
    if (window == null || window.classes() != prediction.getProbabilities().size()) {
      window = new PredictionWindow(prediction.getProbabilities().size());
    }
    window.add(answer(prediction), reference == null ? 1 : reference.confidenceThreshold());
    if (window.samples() < size) {
      open.update(window);
      return;
    }
    out.collect(
        DriftReports.of(
            prediction, window, reference, recipe, context.timerService().currentProcessingTime()));
    open.clear();
  }

  private static Answer answer(Prediction prediction) {
    return new Answer(
        prediction.getProbabilities(),
        prediction.getLabel(),
        prediction.getSourceLabel() == null ? -1 : prediction.getSourceLabel(),
        prediction.getEntropy(),
        prediction.getAdaptationStep(),
        Fate.valueOf(prediction.getOutcome().name()),
        prediction.getEventTime().toEpochMilli(),
        prediction.getProducedAt().toEpochMilli());
  }
}
