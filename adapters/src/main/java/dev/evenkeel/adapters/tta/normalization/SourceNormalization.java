package dev.evenkeel.adapters.tta.normalization;

import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayers;
import dev.evenkeel.adapters.onnx.rewrite.UseSourceStatistics;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SourceModel;
import java.util.List;

/** The statistics the model was trained with: the source model as it is. */
final class SourceNormalization implements NormalizationMethod {
  @Override
  public String name() {
    return "source";
  }

  @Override
  public String summary() {
    return "Statistics of the training data; the model as it is.";
  }

  @Override
  public List<Option<?>> options() {
    return List.of();
  }

  @Override
  public FrozenStatistics frozen() {
    return FrozenStatistics.CONSTANT;
  }

  @Override
  public NormalizationPlan plan(
      SourceModel source, NormalizationLayers layers, Recipe recipe, long seed) {
    return NormalizationPlan.stateless(UseSourceStatistics::new);
  }
}
