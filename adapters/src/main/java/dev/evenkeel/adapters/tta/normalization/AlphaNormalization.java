package dev.evenkeel.adapters.tta.normalization;

import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayers;
import dev.evenkeel.adapters.onnx.rewrite.UseAlphaStatistics;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SourceModel;
import java.util.List;

/** A fixed mixture of source and batch statistics. */
final class AlphaNormalization implements NormalizationMethod {
  static final Option<Double> ALPHA =
      Option.number(
          "normalization.alpha", 0.1, 0, 1, "[0, 1]", "Weight of the batch's statistics.");

  @Override
  public String name() {
    return "alpha-bn";
  }

  @Override
  public String summary() {
    return "A fixed mixture of the statistics of source and batch.";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(ALPHA);
  }

  @Override
  public FrozenStatistics frozen() {
    return FrozenStatistics.BATCH;
  }

  @Override
  public NormalizationPlan plan(
      SourceModel source, NormalizationLayers layers, Recipe recipe, long seed) {
    double alpha = recipe.get(ALPHA);
    return NormalizationPlan.stateless(() -> new UseAlphaStatistics(alpha));
  }
}
