package dev.evenkeel.adapters.tta.correction;

import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SourceModel;
import java.util.List;

/** Describes {@link BatchPrior}. */
final class BatchPriorCorrection implements CorrectionMethod {
  @Override
  public String name() {
    return "batch-prior";
  }

  @Override
  public String summary() {
    return "Logits scaled by the batch's smoothed mean probabilities.";
  }

  @Override
  public List<Option<?>> options() {
    return List.of();
  }

  @Override
  public Correction create(Recipe recipe, SourceModel source) {
    return new BatchPrior();
  }
}
