package dev.evenkeel.adapters.tta.normalization;

import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayers;
import dev.evenkeel.adapters.onnx.rewrite.UseBatchStatistics;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SourceModel;
import java.util.List;

/** Statistics of the batch at hand. */
final class BatchNormalization implements NormalizationMethod {
  @Override
  public String name() {
    return "batch-norm";
  }

  @Override
  public String summary() {
    return "Statistics of the batch at hand; needs large batches with mixed classes.";
  }

  @Override
  public List<Option<?>> options() {
    return List.of();
  }

  @Override
  public int minimalBatch() {
    return 16;
  }

  @Override
  public boolean followsBatches() {
    return true;
  }

  @Override
  public FrozenStatistics frozen() {
    return FrozenStatistics.BATCH;
  }

  @Override
  public NormalizationPlan plan(
      SourceModel source, NormalizationLayers layers, Recipe recipe, long seed) {
    return NormalizationPlan.stateless(UseBatchStatistics::new);
  }
}
