package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.reset.EveryUpdates;
import dev.evenkeel.adapters.tta.reset.LossFloor;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** When a stream goes back to its initial state after an update. */
final class ResetRule {
  private static final String AVERAGE = "filter.loss-average";

  private final StateDict initial;
  private final boolean keepsMomentum;
  private final Optional<LossFloor> floor;
  private final Optional<EveryUpdates> everyUpdates;

  ResetRule(AdaptationProgram program) {
    Recipe recipe = program.recipe();
    initial = LearnedState.withoutStatistics(program.initialState());
    keepsMomentum = recipe.get(LearningOptions.KEEPS_MOMENTUM);
    double lowest = recipe.get(LearningOptions.LOSS_FLOOR);
    floor = lowest > 0 ? Optional.of(new LossFloor(lowest)) : Optional.empty();
    int updates = recipe.get(LearningOptions.RESET_EVERY);
    everyUpdates = updates > 0 ? Optional.of(new EveryUpdates(updates)) : Optional.empty();
  }

  /**
   * What was decided.
   *
   * @param entries the state with what the rule remembers, or the state to start again with
   * @param reset why the stream starts again; empty where it goes on
   */
  record Ruling(StateDict entries, Optional<String> reset) {}

  /**
   * Looks at an update.
   *
   * @param loss mean loss it came from, if there is one
   */
  Ruling rule(StateDict entries, OptionalDouble loss) {
    long updates = LearnedState.optimizer(entries).steps();
    if (everyUpdates.isPresent() && everyUpdates.get().due(updates)) {
      return reset(entries, "every-updates");
    }
    if (floor.isEmpty() || loss.isEmpty()) {
      return new Ruling(entries, Optional.empty());
    }
    OptionalDouble before =
        entries
            .find(AVERAGE)
            .map(value -> OptionalDouble.of(value.toDoubles()[0]))
            .orElse(OptionalDouble.empty());
    double average = floor.get().next(before, loss.getAsDouble());
    if (floor.get().collapsed(average)) {
      return reset(entries, "loss-floor");
    }
    Tensor kept = Tensor.scalar((float) average);
    return new Ruling(entries.with(Map.of(AVERAGE, kept)), Optional.empty());
  }

  /** Everything goes back together, save what parity with the papers' code keeps. */
  private Ruling reset(StateDict entries, String reason) {
    StateDict restart =
        keepsMomentum
            ? initial.with(LearnedState.optimizer(LearnedState.optimizer(entries)))
            : initial;
    return new Ruling(restart, Optional.of(reason));
  }
}
