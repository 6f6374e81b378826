package dev.evenkeel.adapters.tta.selection;

import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import java.util.List;

/** Samples whose prediction depends on the shape of the object. */
final class PlpdFilter implements SelectionMethod {
  @Override
  public String name() {
    return "plpd-filter";
  }

  @Override
  public String summary() {
    return "Samples whose predicted class loses probability when the object is destroyed.";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(
        SelectionOptions.PLPD_THRESHOLD,
        SelectionOptions.PLPD_WEIGHT,
        SelectionOptions.DESTRUCTION,
        SelectionOptions.PATCHES,
        SelectionOptions.PERMUTATIONS);
  }

  @Override
  public Selection create(Recipe recipe) {
    return new PlpdSelection(
        recipe.get(SelectionOptions.PLPD_THRESHOLD), recipe.get(SelectionOptions.PLPD_WEIGHT));
  }
}
