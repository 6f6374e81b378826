package dev.evenkeel.adapters.tta;

import java.util.Arrays;
import java.util.List;

/** Classes whose recall must not be traded away, as a recipe names them. */
public final class ProtectedClasses {
  /** Reason of the reset when such a class is lost. */
  public static final String ALARM = "protected-class-alarm";

  public static final Option<List<Integer>> PROTECTED =
      new Option<>(
          "decision.protected",
          "list",
          "",
          "indices of classes, as in 6 or 2,6",
          "Classes that adaptation must not lose: a stream whose answers give one of them less than"
              + " half of what is expected starts again from the source state, and"
              + " 'protected-class-filter' learns from no sample that leaves them. The source model"
              + " then answers every batch too; labelshift.source-profile makes the guard better.",
          ProtectedClasses::parse);

  private ProtectedClasses() {}

  private static List<Integer> parse(String text) {
    if (text.isBlank()) {
      return List.of();
    }
    try {
      List<Integer> classes =
          Arrays.stream(text.split(",", -1))
              .map(index -> Integer.parseInt(index.strip()))
              .distinct()
              .sorted()
              .toList();
      if (classes.get(0) >= 0) {
        return classes;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(expected(), e);
    }
    throw new IllegalArgumentException(expected());
  }

  private static String expected() {
    return "expected indices of classes from 0 on, separated by commas";
  }

  /** Whether a recipe protects any. */
  public static boolean areNamed(Recipe recipe) {
    return recipe.readOptions().contains(PROTECTED) && !recipe.get(PROTECTED).isEmpty();
  }

  /**
   * The classes that a recipe protects, sorted.
   *
   * @throws RecipeException if the model has no such class
   */
  public static List<Integer> of(Recipe recipe, SourceModel source) {
    List<Integer> classes = recipe.get(PROTECTED);
    for (int index : classes) {
      if (index >= source.classes()) {
        throw refused(
            "names class "
                + index
                + ", the model has "
                + source.classes()
                + " classes, counted from 0; correct it");
      }
    }
    return classes;
  }

  /**
   * The same where some must be named.
   *
   * @param user what needs them
   * @throws RecipeException if none is
   */
  public static List<Integer> required(Recipe recipe, String user) {
    List<Integer> classes = recipe.get(PROTECTED);
    if (classes.isEmpty()) {
      throw refused("is not set, '" + user + "' needs it; name the classes by index, as in 2,6");
    }
    return classes;
  }

  private static RecipeException refused(String problem) {
    return new RecipeException(List.of("set." + PROTECTED.key() + ": " + problem));
  }
}
