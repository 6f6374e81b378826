package dev.evenkeel.adapters.tta.normalization;

import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayers;
import dev.evenkeel.adapters.onnx.rewrite.UseInstanceAwareStatistics;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SourceModel;
import java.util.List;
import java.util.Optional;

/** Base statistics, corrected by each sample's own where they differ beyond chance (NOTE). */
final class InstanceAwareNormalization implements NormalizationMethod {
  static final Option<Double> WIDTH =
      Option.number(
          "normalization.instance-width",
          4,
          0,
          1e6,
          "standard deviations, at least 0",
          "How far a sample's statistics may lie off before they count; 0 for instance"
              + " normalisation.");
  static final Option<Double> MOMENTUM =
      Option.number(
          "normalization.instance-momentum",
          0.01,
          1e-9,
          1,
          "(0, 1]",
          "Share of a learning batch in the running statistics of iabn.");

  @Override
  public String name() {
    return "iabn";
  }

  @Override
  public String summary() {
    return "Running statistics, corrected for samples whose own differ beyond chance.";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(WIDTH, MOMENTUM);
  }

  @Override
  public FrozenStatistics frozen() {
    return FrozenStatistics.SAMPLE;
  }

  @Override
  public NormalizationPlan plan(
      SourceModel source, NormalizationLayers layers, Recipe recipe, long seed) {
    double width = recipe.get(WIDTH);
    double momentum = recipe.get(MOMENTUM);
    return new NormalizationPlan(
        () -> new UseInstanceAwareStatistics(width, momentum, false),
        Optional.of(() -> new UseInstanceAwareStatistics(width, momentum, true)),
        RunningLayout.layout(layers),
        RunningLayout.initialState(layers));
  }
}
