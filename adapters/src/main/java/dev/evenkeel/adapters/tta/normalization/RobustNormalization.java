package dev.evenkeel.adapters.tta.normalization;

import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayers;
import dev.evenkeel.adapters.onnx.rewrite.UseRobustStatistics;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SourceModel;
import java.util.List;
import java.util.Optional;

/** Running statistics that only learning passes move (RoTTA). */
final class RobustNormalization implements NormalizationMethod {
  static final Option<Double> MOMENTUM =
      Option.number(
          "normalization.robust-momentum",
          0.05,
          1e-9,
          1,
          "(0, 1]",
          "Share of a learning batch in the running statistics of rbn.");

  @Override
  public String name() {
    return "rbn";
  }

  @Override
  public String summary() {
    return "Running statistics that move only when something is learned.";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(MOMENTUM);
  }

  @Override
  public FrozenStatistics frozen() {
    return FrozenStatistics.CONSTANT;
  }

  @Override
  public NormalizationPlan plan(
      SourceModel source, NormalizationLayers layers, Recipe recipe, long seed) {
    double momentum = recipe.get(MOMENTUM);
    return new NormalizationPlan(
        () -> new UseRobustStatistics(momentum, false),
        Optional.of(() -> new UseRobustStatistics(momentum, true)),
        RunningLayout.layout(layers),
        RunningLayout.initialState(layers));
  }
}
