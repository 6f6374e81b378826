package dev.evenkeel.adapters.tta;

import dev.evenkeel.adapters.tta.normalization.NormalizationMethod;
import dev.evenkeel.adapters.tta.normalization.NormalizationMethods;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * Which method fills each slot of the adaptation, with its settings. Immutable.
 *
 * <p>An expression is a preset name, or several joined by {@code +}: each part sets only the slots
 * it names, and two parts that name the same slot are refused.
 */
public final class Recipe {
  /** Names the logits of a model that has no output called {@code logits}. */
  public static final Option<String> LOGITS =
      Option.text("model.logits", "value name", "Output or value that holds the logits.");

  private final String expression;
  private final Map<Slot, String> methods;
  private final SortedMap<String, String> settings;

  private Recipe(String expression, Map<Slot, String> methods, Map<String, String> settings) {
    this.expression = expression;
    this.methods = methods;
    this.settings = new TreeMap<>(settings);
  }

  /**
   * Reads an expression and settings.
   *
   * @param expression for instance {@code unmix-tns}
   * @param settings recipe keys with their values as text
   * @throws RecipeException with all problems at once; an unknown name comes with a suggestion
   */
  public static Recipe parse(String expression, Map<String, String> settings) {
    List<String> problems = new ArrayList<>();
    Map<Slot, String> methods = new EnumMap<>(Slot.class);
    for (String part : expression.split("\\+", -1)) {
      Optional<Preset> preset = Presets.named(part.strip());
      if (preset.isEmpty()) {
        problems.add(
            "recipe: unknown preset '" + part.strip() + "'" + suggestion(part.strip(), presets()));
      } else {
        preset.get().methods().forEach((slot, method) -> fill(methods, slot, method, problems));
      }
    }
    if (problems.isEmpty()) {
      methods.putIfAbsent(Slot.NORMALIZATION, "source");
      check(new Recipe(expression, methods, settings), problems);
    }
    if (!problems.isEmpty()) {
      throw new RecipeException(problems);
    }
    return new Recipe(expression, methods, settings);
  }

  /** Names of all presets, sorted. */
  public static List<String> presets() {
    return Presets.ALL.stream().map(Preset::name).sorted().toList();
  }

  /** Every setting of every method, sorted by key; the source of the configuration reference. */
  public static List<Option<?>> options() {
    return Stream.concat(
            Stream.of(LOGITS, NormalizationMethod.MIN_BATCH),
            NormalizationMethods.ALL.stream().flatMap(method -> method.options().stream()))
        .distinct()
        .sorted(Comparator.comparing((Option<?> option) -> option.key()))
        .toList();
  }

  /** The settings that this recipe reads. */
  public List<Option<?>> readOptions() {
    List<Option<?>> read = new ArrayList<>(List.of(LOGITS, NormalizationMethod.MIN_BATCH));
    read.addAll(normalization().options());
    return read;
  }

  /** The method that fills the normalisation slot. */
  public NormalizationMethod normalization() {
    return NormalizationMethods.named(methods.get(Slot.NORMALIZATION));
  }

  /** Smallest batch of a stream that is adapted on; smaller ones are answered by the source. */
  public int minimalBatch() {
    int set = get(NormalizationMethod.MIN_BATCH);
    return set > 0 ? set : normalization().minimalBatch();
  }

  /** The value of a setting: the given one, else the option's default. */
  public <T> T get(Option<T> option) {
    return option.parser().apply(settings.getOrDefault(option.key(), option.fallback()));
  }

  /** The expression it was read from. */
  public String expression() {
    return expression;
  }

  /** The settings it was read with, sorted. */
  public SortedMap<String, String> settings() {
    return new TreeMap<>(settings);
  }

  /** Slots and settings in one canonical line; equal for recipes that do the same. */
  @Override
  public String toString() {
    return readOptions().stream()
        .map(option -> option.key() + "=" + get(option))
        .sorted()
        .collect(Collectors.joining(",", methods + "{", "}"));
  }

  private static void fill(
      Map<Slot, String> methods, Slot slot, String method, List<String> problems) {
    String before = methods.putIfAbsent(slot, method);
    if (before != null) {
      problems.add(
          "recipe: both '"
              + before
              + "' and '"
              + method
              + "' fill the slot "
              + slot.name().toLowerCase(java.util.Locale.ROOT)
              + "; keep one of them");
    }
  }

  private static void check(Recipe recipe, List<String> problems) {
    List<Option<?>> read = recipe.readOptions();
    for (Map.Entry<String, String> setting : recipe.settings.entrySet()) {
      String key = setting.getKey();
      Optional<Option<?>> option = read.stream().filter(o -> o.key().equals(key)).findFirst();
      if (option.isPresent()) {
        option
            .get()
            .problem(setting.getValue())
            .ifPresent(
                problem ->
                    problems.add("set." + key + " is '" + setting.getValue() + "': " + problem));
      } else if (options().stream().anyMatch(o -> o.key().equals(key))) {
        problems.add(
            "set." + key + " is not used by recipe '" + recipe.expression + "'; remove it");
      } else {
        problems.add(
            "set."
                + key
                + " is unknown"
                + suggestion(key, read.stream().map(o -> o.key()).sorted().toList()));
      }
    }
  }

  private static String suggestion(String name, List<String> known) {
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    return known.stream()
        .min(Comparator.comparing(candidate -> distance.apply(name, candidate)))
        .filter(candidate -> distance.apply(name, candidate) <= Math.max(2, name.length() / 3))
        .map(candidate -> "; did you mean '" + candidate + "'?")
        .orElse("; expected one of " + String.join(", ", known));
  }
}
