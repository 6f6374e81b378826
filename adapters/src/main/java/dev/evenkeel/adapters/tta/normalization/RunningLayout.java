package dev.evenkeel.adapters.tta.normalization;

import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayer;
import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayers;
import dev.evenkeel.adapters.onnx.rewrite.RunningState;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateLayout;
import java.util.Map;

/** Running means and variances {@code [channels]} as state, starting from the source's. */
final class RunningLayout {
  private RunningLayout() {}

  static StateLayout layout(NormalizationLayers layers) {
    int channels = layers.totalChannels();
    StateLayout.Builder layout =
        new StateLayout.Builder().entry("norm.means", channels).entry("norm.variances", channels);
    int tensor = layout.tensor(RunningState.STATE, RunningState.NEXT, 2, channels);
    layout.segment("norm.means", 0, tensor, 0, channels);
    layout.segment("norm.variances", 0, tensor, channels, channels);
    return layout.build();
  }

  static StateDict initialState(NormalizationLayers layers) {
    return StateDict.of(
        Map.of(
            "norm.means", layers.join(NormalizationLayer::mean),
            "norm.variances", layers.join(NormalizationLayer::variance)));
  }
}
