package dev.evenkeel.adapters.tta.correction;

import dev.evenkeel.adapters.labelshift.estimator.Estimators;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SourceModel;
import java.util.List;

/** Describes {@link PriorCorrection}. */
final class PriorCorrectionMethod implements CorrectionMethod {
  @Override
  public String name() {
    return "prior-correction";
  }

  @Override
  public String summary() {
    return "Answers corrected by the stream's label distribution, where that can be trusted.";
  }

  @Override
  public List<Option<?>> options() {
    return LabelShiftOptions.ALL;
  }

  @Override
  public boolean readsFeatures(Recipe recipe) {
    return Estimators.adaptsTheHead(recipe.get(LabelShiftOptions.ESTIMATOR));
  }

  @Override
  public Correction create(Recipe recipe, SourceModel source) {
    return new PriorCorrection(LabelShiftOptions.tracking(recipe, source));
  }
}
