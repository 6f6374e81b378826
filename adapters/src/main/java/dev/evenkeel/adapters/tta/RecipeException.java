package dev.evenkeel.adapters.tta;

import java.util.List;

/** A recipe or its settings are wrong; carries every problem found, each a full sentence. */
public final class RecipeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  public RecipeException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** All problems, at least one. */
  public List<String> problems() {
    return problems;
  }
}
