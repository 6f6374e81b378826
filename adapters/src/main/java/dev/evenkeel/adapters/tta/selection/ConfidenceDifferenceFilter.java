package dev.evenkeel.adapters.tta.selection;

import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import java.util.List;

/** Samples that lost no confidence against the source parameters ("wisdom of crowds"). */
final class ConfidenceDifferenceFilter implements SelectionMethod {
  @Override
  public String name() {
    return "confidence-difference-filter";
  }

  @Override
  public String summary() {
    return "Samples whose class under the source parameters is as probable as there, or more.";
  }

  @Override
  public List<Option<?>> options() {
    return List.of();
  }

  @Override
  public boolean readsOriginal() {
    return true;
  }

  @Override
  public Selection create(Recipe recipe) {
    return new ConfidenceDifferenceSelection();
  }
}
