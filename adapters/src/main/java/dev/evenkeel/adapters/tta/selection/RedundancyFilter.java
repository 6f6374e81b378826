package dev.evenkeel.adapters.tta.selection;

import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.objective.Probabilities;
import java.util.List;
import java.util.Optional;

/** Samples unlike those learned from before (ETA). */
final class RedundancyFilter implements SelectionMethod {
  @Override
  public String name() {
    return "redundancy-filter";
  }

  @Override
  public String summary() {
    return "Samples whose prediction points elsewhere than the average of those learned from.";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(SelectionOptions.REDUNDANCY_MARGIN);
  }

  @Override
  public Selection create(Recipe recipe) {
    return new RedundancySelection(recipe.get(SelectionOptions.REDUNDANCY_MARGIN));
  }

  @Override
  public Optional<float[]> remember(
      Optional<float[]> average, Probabilities batch, Selected selected) {
    return ClassAverage.update(average, batch, selected.kept());
  }
}
