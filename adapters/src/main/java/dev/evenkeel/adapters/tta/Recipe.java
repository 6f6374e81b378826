package dev.evenkeel.adapters.tta;

import java.util.List;
import java.util.Map;

/**
 * Which method fills each slot of the adaptation, with its settings. Immutable.
 *
 * <p>An expression is a preset name or several joined by {@code +}; each part sets only the slots
 * it names.
 */
public final class Recipe {
  private final String expression;
  private final Map<String, String> settings;

  private Recipe(String expression, Map<String, String> settings) {
    this.expression = expression;
    this.settings = Map.copyOf(settings);
  }

  /**
   * Reads an expression and settings.
   *
   * @param expression for instance {@code unmix-tns}
   * @param settings recipe keys with their values as text; unknown keys are a problem, with a
   *     suggestion
   * @throws RecipeException with all problems at once
   */
  public static Recipe parse(String expression, Map<String, String> settings) {
    return new Recipe(expression, settings);
  }

  /** Names of all presets, sorted. */
  public static List<String> presets() {
    return List.of("source", "unmix-tns");
  }

  /** Every setting of every method, sorted by key; the source of the configuration reference. */
  public static List<Option<?>> options() {
    return List.of();
  }

  /** The value of a setting: the given one, else the preset's, else the option's default. */
  public <T> T get(Option<T> option) {
    return option.parser().apply(settings.getOrDefault(option.key(), option.fallback()));
  }

  /** The expression it was read from. */
  public String expression() {
    return expression;
  }

  /** The settings it was read with. */
  public Map<String, String> settings() {
    return settings;
  }

  @Override
  public String toString() {
    return expression;
  }
}
