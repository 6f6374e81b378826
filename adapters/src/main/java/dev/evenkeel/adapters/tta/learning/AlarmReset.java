package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.drift.Answered;
import dev.evenkeel.adapters.drift.ChangeDetectors;
import dev.evenkeel.adapters.drift.ShiftAlarm;
import dev.evenkeel.adapters.drift.ShiftWatch;
import dev.evenkeel.adapters.drift.SourceSignals;
import dev.evenkeel.adapters.profile.SourceProfile;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.correction.LabelShiftOptions;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Optional;

/**
 * Sends a stream back to the source state when a drift alarm is raised: what was learned in one
 * domain is not carried into another. The detectors alone go on from what they see, or they would
 * raise the same alarm again.
 */
final class AlarmReset implements StepAlgorithm {
  private static final String WATCH = "buffer.shift-watch";

  private final StepAlgorithm algorithm;
  private final StateDict initial;
  private final int classes;
  private final String event;
  private final ShiftWatch watch;
  private final Optional<SourceSignals> signals;

  /**
   * @throws dev.evenkeel.adapters.tta.RecipeException if the alarm needs a profile and there is
   *     none
   */
  AlarmReset(StepAlgorithm algorithm, AdaptationProgram program) {
    this.algorithm = algorithm;
    Recipe recipe = program.recipe();
    initial = LearnedState.withoutStatistics(program.initialState());
    classes = program.source().classes();
    event = recipe.get(AlarmResetOptions.ON_ALARM);
    Optional<SourceProfile> profile =
        event.equals(ShiftAlarm.Event.COLLAPSE.label())
            ? Optional.empty()
            : Optional.of(LabelShiftOptions.profile(recipe, program.source()));
    watch =
        new ShiftWatch(
            profile.map(SourceProfile::moments),
            ChangeDetectors.named(recipe.get(AlarmResetOptions.DETECTOR)),
            classes);
    signals = profile.map(SourceSignals::new);
  }

  static boolean isWanted(Recipe recipe) {
    return !recipe.get(AlarmResetOptions.ON_ALARM).equals(AlarmResetOptions.NEVER);
  }

  @Override
  public String companion() {
    return algorithm.companion();
  }

  @Override
  public Served served(StateDict state) {
    return algorithm.served(state);
  }

  @Override
  public Step step(Network network, StreamState state, SampleBatch samples) {
    Step step = algorithm.step(network, state, samples);
    if (!step.isSound()) {
      return step;
    }
    FloatBuffer source = network.source(samples);
    ShiftWatch.Watched seen =
        watch.next(
            state.entries().find(WATCH).map(Tensor::toDoubles).orElseGet(watch::start),
            samples.size(),
            sum(FloatBuffer.wrap(step.logits()), samples.size()),
            sum(source, samples.size()),
            signals.map(sums -> sums.sum(source, samples.size())).orElse(null));
    Map<String, Tensor> watched =
        Map.of(WATCH, Tensor.ofDoubles(Shape.of(seen.state().length), seen.state()));
    Optional<ShiftAlarm> alarm =
        seen.alarms().stream()
            .filter(
                raised ->
                    event.equals(AlarmResetOptions.ANY) || event.equals(raised.event().label()))
            .findFirst();
    return alarm.isEmpty()
        ? step.with(step.entries().with(watched))
        : step.reset(initial.with(watched), alarm.get().event().label() + "-alarm");
  }

  private double[] sum(FloatBuffer logits, int samples) {
    return Answered.of(logits, new int[samples], classes, Double.NaN).probabilitySum();
  }
}
