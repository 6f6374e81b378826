package dev.evenkeel.jobs.config;

import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.GuardOptions;
import dev.evenkeel.adapters.tta.Method;
import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.StateDict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The part of each method's page that derives from its descriptor. The rest of a page is written by
 * hand, around the markers.
 */
public final class MethodPages {
  static final String BEGIN = "<!-- made from the code; do not edit -->";
  static final String END = "<!-- end of what is made from the code -->";

  private MethodPages() {}

  /** Presets with a page: all but single selections, which are parts of methods. */
  public static List<String> presets() {
    return Recipe.presets().stream().filter(name -> !name.endsWith("-filter")).toList();
  }

  /**
   * A page with its derived part made anew.
   *
   * @param state of a stream after some batches, with every entry the preset may have
   * @param dimensions names of dimensions that differ between models, by size
   */
  public static String renew(
      String preset, String page, StateDict state, Map<Long, String> dimensions) {
    int begin = page.indexOf(BEGIN);
    int end = page.indexOf(END);
    String before = begin < 0 ? page.strip() + "\n\n" : page.substring(0, begin);
    String after = end < 0 ? "\n" : page.substring(end + END.length());
    return before
        + BEGIN
        + "\n\n"
        + derived(preset)
        + stateTable(state, dimensions)
        + "\n"
        + END
        + after;
  }

  private static String derived(String preset) {
    Recipe recipe = Recipe.parse(preset, Map.of());
    StringBuilder text =
        new StringBuilder("**In one sentence.** ").append(Recipe.summary(preset)).append("\n\n");
    text.append("| slot | method | what it does |\n|---|---|---|\n");
    row(text, "normalization", recipe.normalization());
    recipe.selections().forEach(method -> row(text, "selection", method));
    recipe.objective().ifPresent(method -> row(text, "objective", method));
    recipe.correction().ifPresent(method -> row(text, "correction", method));
    text.append("\nNeeds at least ")
        .append(recipe.minimalBatch())
        .append(recipe.minimalBatch() == 1 ? " sample" : " samples")
        .append(" of a stream in a batch.\n\n")
        .append("| setting | default here | unit or range | meaning |\n|---|---|---|---|\n");
    List<Option<?>> options = new ArrayList<>(recipe.readOptions());
    // Every method has them alike; docs/guards.md is their page.
    options.removeAll(GuardOptions.ALL);
    options.sort(Comparator.comparing(Option::key));
    for (Option<?> option : options) {
      Object value = recipe.get(option);
      String shown = value == null || value.toString().isEmpty() ? "" : "`" + value + "`";
      text.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(
                  option.key(), cell(shown), cell(option.unit()), cell(option.description())));
    }
    return text.toString();
  }

  private static String stateTable(StateDict state, Map<Long, String> dimensions) {
    StringBuilder text =
        new StringBuilder("\n| entry of a stream's state | type and shape |\n|---|---|\n");
    state
        .entries()
        .forEach(
            (name, tensor) ->
                text.append(
                    "| `%s` | %s%s |\n".formatted(name, type(tensor), shape(tensor, dimensions))));
    return text.toString();
  }

  /** Samples are kept as bytes only where that loses nothing. */
  private static String type(Tensor tensor) {
    String type = tensor.type().toString().toLowerCase(Locale.ROOT);
    return tensor.type() == ElementType.UINT8 ? "uint8 or float32" : type;
  }

  private static String shape(Tensor tensor, Map<Long, String> dimensions) {
    if (tensor.shape().rank() == 0) {
      return "";
    }
    return Arrays.stream(tensor.shape().dimensions())
        .mapToObj(size -> dimensions.getOrDefault(size, Long.toString(size)))
        .collect(Collectors.joining(", ", " [", "]"));
  }

  private static void row(StringBuilder text, String slot, Method method) {
    text.append("| %s | `%s` | %s |\n".formatted(slot, method.name(), cell(method.summary())));
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("\n", " ");
  }
}
