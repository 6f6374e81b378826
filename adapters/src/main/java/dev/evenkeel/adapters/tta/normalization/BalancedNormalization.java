package dev.evenkeel.adapters.tta.normalization;

import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayers;
import dev.evenkeel.adapters.onnx.rewrite.UseGivenStatistics;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.RecipeException;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.adapters.tta.memory.ClassMoments;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Statistics of recent samples, each predicted class weighing alike. */
final class BalancedNormalization implements NormalizationMethod {
  @Override
  public String name() {
    return "balanced";
  }

  @Override
  public String summary() {
    return "Statistics of recent samples, each predicted class weighing alike.";
  }

  @Override
  public List<Option<?>> options() {
    return BalancedOptions.ALL;
  }

  @Override
  public boolean followsBatches() {
    return true;
  }

  @Override
  public boolean followsClasses() {
    return true;
  }

  @Override
  public FrozenStatistics frozen() {
    return FrozenStatistics.CONSTANT;
  }

  /** All samples of a batch are answered with the statistics before it. */
  @Override
  public Map<String, String> frozenSettings() {
    return Map.of(BalancedOptions.CHUNK.key(), Integer.toString(Integer.MAX_VALUE));
  }

  @Override
  public NormalizationPlan plan(
      SourceModel source, NormalizationLayers layers, Recipe recipe, long seed) {
    if (recipe.objective().isPresent()) {
      throw new RecipeException(
          List.of(
              "Recipe '"
                  + recipe.expression()
                  + "' learns parameters, which normalisation 'balanced' does not go with: its"
                  + " statistics follow answers, not passes that learn; use 'rbn' or 'unmix-tns', or"
                  + " leave the objective away"));
    }
    int slots = Math.min(source.classes(), recipe.get(BalancedOptions.SLOTS));
    return new NormalizationPlan(
        UseGivenStatistics::new,
        Optional.empty(),
        RunningLayout.layout(layers),
        RunningLayout.initialState(layers).with(ClassMoments.start(slots, layers.totalChannels())));
  }
}
