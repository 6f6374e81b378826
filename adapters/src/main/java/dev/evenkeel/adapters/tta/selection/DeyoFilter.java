package dev.evenkeel.adapters.tta.selection;

import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import java.util.List;

/** Confident samples whose prediction depends on the shape of the object (DeYO). */
final class DeyoFilter implements SelectionMethod {
  @Override
  public String name() {
    return "deyo-filter";
  }

  @Override
  public String summary() {
    return "Confident samples whose predicted class loses probability when the object is destroyed,"
        + " weighed by both.";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(
        SelectionOptions.ENTROPY_MARGIN,
        SelectionOptions.WEIGHT_CENTER,
        SelectionOptions.ENTROPY_TERM,
        SelectionOptions.PLPD_THRESHOLD,
        SelectionOptions.PLPD_TERM,
        SelectionOptions.DESTRUCTION,
        SelectionOptions.PATCHES,
        SelectionOptions.PERMUTATIONS);
  }

  @Override
  public Selection create(Recipe recipe) {
    return new DeyoSelection(
        recipe.get(SelectionOptions.ENTROPY_MARGIN),
        recipe.get(SelectionOptions.WEIGHT_CENTER),
        recipe.get(SelectionOptions.PLPD_THRESHOLD),
        recipe.get(SelectionOptions.ENTROPY_TERM),
        recipe.get(SelectionOptions.PLPD_TERM));
  }
}
