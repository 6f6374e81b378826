package dev.evenkeel.adapters.tta.selection;

import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import java.util.List;

/** Confident samples (SAR, ETA). */
final class EntropyFilter implements SelectionMethod {
  @Override
  public String name() {
    return "entropy-filter";
  }

  @Override
  public String summary() {
    return "Samples whose prediction has little entropy, possibly weighed by it.";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(
        SelectionOptions.ENTROPY_MARGIN,
        SelectionOptions.ENTROPY_WEIGHT,
        SelectionOptions.WEIGHT_CENTER);
  }

  @Override
  public Selection create(Recipe recipe) {
    return new EntropySelection(
        recipe.get(SelectionOptions.ENTROPY_MARGIN),
        recipe.get(SelectionOptions.ENTROPY_WEIGHT),
        recipe.get(SelectionOptions.WEIGHT_CENTER));
  }

  @Override
  public boolean appliesUphill() {
    return true;
  }
}
