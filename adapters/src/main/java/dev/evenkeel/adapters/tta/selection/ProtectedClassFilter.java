package dev.evenkeel.adapters.tta.selection;

import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.ProtectedClasses;
import dev.evenkeel.adapters.tta.Recipe;
import java.util.List;
import java.util.Set;

/** Samples that take nothing from a protected class. */
final class ProtectedClassFilter implements SelectionMethod {
  @Override
  public String name() {
    return "protected-class-filter";
  }

  @Override
  public String summary() {
    return "Samples but those that the source parameters take for a protected class and the adapted"
        + " ones do not.";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(ProtectedClasses.PROTECTED);
  }

  @Override
  public boolean readsOriginal() {
    return true;
  }

  @Override
  public Selection create(Recipe recipe) {
    return new ProtectedClassSelection(Set.copyOf(ProtectedClasses.required(recipe, name())));
  }
}
