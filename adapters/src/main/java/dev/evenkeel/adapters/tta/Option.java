package dev.evenkeel.adapters.tta;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A recipe setting: what it is called, what it means and which values it takes. Documentation and
 * validation derive from it.
 *
 * @param key dotted lower-case name, for instance {@code normalization.components}
 * @param type how documentation names the type, for instance {@code integer}
 * @param fallback text of the default, as a user would write it; empty for none
 * @param unit unit or range, for instance {@code samples, at least 1}; empty for none
 * @param description one sentence
 * @param parser from text to value; throws IllegalArgumentException saying what was expected
 */
public record Option<T>(
    String key,
    String type,
    String fallback,
    String unit,
    String description,
    Function<String, T> parser) {

  /** What is wrong with a text as a value of this option; empty if nothing is. */
  public Optional<String> problem(String text) {
    try {
      T value = parser.apply(text);
      return value == null && !text.isEmpty() ? Optional.of("expected a value") : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** An integer of at least {@code minimum}. */
  public static Option<Integer> integer(
      String key, int fallback, int minimum, String unit, String description) {
    return new Option<>(
        key, "integer", Integer.toString(fallback), unit, description, integerAtLeast(minimum));
  }

  /** Reads an integer of at least {@code minimum}. */
  public static Function<String, Integer> integerAtLeast(int minimum) {
    return text -> {
      String expected = "expected an integer of at least " + minimum;
      int value;
      try {
        value = Integer.parseInt(text.strip());
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(expected, e);
      }
      if (value < minimum) {
        throw new IllegalArgumentException(expected);
      }
      return value;
    };
  }

  /** A finite number in [minimum, maximum]. */
  public static Option<Double> number(
      String key,
      double fallback,
      double minimum,
      double maximum,
      String unit,
      String description) {
    return new Option<>(
        key, "number", Double.toString(fallback), unit, description, numberIn(minimum, maximum));
  }

  /** Reads a finite number in [minimum, maximum]. */
  public static Function<String, Double> numberIn(double minimum, double maximum) {
    return text -> {
      String expected = "expected a number from " + minimum + " to " + maximum;
      double value;
      try {
        value = Double.parseDouble(text.strip());
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(expected, e);
      }
      if (!(value >= minimum && value <= maximum)) {
        throw new IllegalArgumentException(expected);
      }
      return value;
    };
  }

  /** {@code true} or {@code false}. */
  public static Option<Boolean> flag(String key, boolean fallback, String description) {
    return new Option<>(
        key,
        "boolean",
        Boolean.toString(fallback),
        "",
        description,
        text ->
            switch (text.strip()) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException("expected true or false");
            });
  }

  /** Free text; empty means not set. */
  public static Option<String> text(String key, String unit, String description) {
    return new Option<>(key, "text", "", unit, description, Function.identity());
  }

  /** One of some words. */
  public static Option<String> choice(
      String key, String fallback, List<String> words, String description) {
    return new Option<>(
        key,
        "word",
        fallback,
        String.join(" | ", words),
        description,
        text -> {
          if (!words.contains(text.strip())) {
            throw new IllegalArgumentException("expected one of " + String.join(", ", words));
          }
          return text.strip();
        });
  }
}
