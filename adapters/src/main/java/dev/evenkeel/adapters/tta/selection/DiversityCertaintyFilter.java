package dev.evenkeel.adapters.tta.selection;

import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.objective.Probabilities;
import java.util.List;
import java.util.Optional;

/** Diverse samples, weighed by diversity and certainty (ROID). */
final class DiversityCertaintyFilter implements SelectionMethod {
  @Override
  public String name() {
    return "diversity-certainty-filter";
  }

  @Override
  public String summary() {
    return "Samples unlike the average prediction, weighed by how unlike and how certain.";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(SelectionOptions.TEMPERATURE);
  }

  @Override
  public Selection create(Recipe recipe) {
    return new DiversityCertaintySelection(recipe.get(SelectionOptions.TEMPERATURE));
  }

  @Override
  public Optional<float[]> remember(
      Optional<float[]> average, Probabilities batch, Selected selected) {
    Optional<float[]> before = average.or(() -> Optional.of(ClassAverage.uniform(batch.classes())));
    return ClassAverage.update(before, batch, Selected.all(batch.rows()).kept());
  }
}
