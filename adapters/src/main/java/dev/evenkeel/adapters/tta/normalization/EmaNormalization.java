package dev.evenkeel.adapters.tta.normalization;

import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayer;
import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayers;
import dev.evenkeel.adapters.onnx.rewrite.ReplaceNormalization;
import dev.evenkeel.adapters.onnx.rewrite.UseRunningStatistics;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateLayout;
import java.util.List;
import java.util.Map;

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
  public NormalizationPlan plan(
      SourceModel source, NormalizationLayers layers, Recipe recipe, long seed) {
    int channels = layers.totalChannels();
    StateLayout.Builder layout =
        new StateLayout.Builder().entry("norm.means", channels).entry("norm.variances", channels);
    int tensor = layout.tensor(UseRunningStatistics.STATE, UseRunningStatistics.NEXT, 2, channels);
    layout.segment("norm.means", 0, tensor, 0, channels);
    layout.segment("norm.variances", 0, tensor, channels, channels);
    return new NormalizationPlan(
        ReplaceNormalization.apply(
            source.model(),
            layers.replaceable(),
            List.of(source.logitsValue()),
            new UseRunningStatistics(
                source.model().graph(), recipe.get(UnMixTnsNormalization.MOMENTUM))),
        layout.build(),
        StateDict.of(
            Map.of(
                "norm.means", layers.join(NormalizationLayer::mean),
                "norm.variances", layers.join(NormalizationLayer::variance))));
  }
}
