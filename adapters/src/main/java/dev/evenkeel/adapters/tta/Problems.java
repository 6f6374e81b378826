package dev.evenkeel.adapters.tta;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Collects what is wrong with a recipe, so that all of it is said at once. */
final class Problems {
  private final List<String> found = new ArrayList<>();

  /** The result, or empty if the attempt was refused; then its problems were added. */
  <T> Optional<T> attempt(Supplier<T> attempt) {
    try {
      return Optional.of(attempt.get());
    } catch (RecipeException e) {
      found.addAll(e.problems());
      return Optional.empty();
    }
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  /** All of them, each once. */
  RecipeException toException() {
    return new RecipeException(found.stream().distinct().toList());
  }
}
