package dev.evenkeel.adapters.tta.normalization;

import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayers;
import dev.evenkeel.adapters.onnx.rewrite.UseRunningStatistics;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SourceModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Running statistics that follow the stream, updated before they are used. */
final class EmaNormalization implements NormalizationMethod {
  @Override
  public String name() {
    return "ema-bn";
  }

  @Override
  public String summary() {
    return "Running statistics that follow the stream, updated before each prediction.";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(UnMixTnsNormalization.MOMENTUM);
  }

  @Override
  public boolean followsBatches() {
    return true;
  }

  @Override
  public FrozenStatistics frozen() {
    return FrozenStatistics.CONSTANT;
  }

  /** A share that rounds to nothing: a batch is answered with statistics that it has moved. */
  @Override
  public Map<String, String> frozenSettings() {
    return Map.of(UnMixTnsNormalization.MOMENTUM.key(), "1e-9");
  }

  @Override
  public NormalizationPlan plan(
      SourceModel source, NormalizationLayers layers, Recipe recipe, long seed) {
    Double momentum = recipe.get(UnMixTnsNormalization.MOMENTUM);
    return new NormalizationPlan(
        () -> new UseRunningStatistics(source.model().graph(), momentum),
        Optional.empty(),
        RunningLayout.layout(layers),
        RunningLayout.initialState(layers));
  }
}
